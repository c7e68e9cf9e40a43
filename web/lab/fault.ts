/** What can go wrong by a client's doing: what is done, and what must come of it, point by point. */
import type { Lab } from './lab.ts';
import { isReply, objectIn } from './rules.ts';
import type { Client } from './sockets.ts';

export type Result = 'waiting' | 'met' | 'failed';
export const faultNames = ['claims', 'flood', 'kill'] as const;
export type FaultName = (typeof faultNames)[number];
/** Checks by number: what `words.faults[name].checks` says of them. */
type Report = (check: number, isMet: boolean) => void;

const floodSize = 500;
/** Clients of the last run: closed in its end, and shown until the next. */
let opened: Client[] = [];
let runs = 0;
/** A nickname that nobody has. */
const unused = (what: string) => `${what} ${Date.now().toString(36).slice(-4)}${++runs}`;

export async function runFault(name: FaultName, lab: Lab, report: Report): Promise<void> {
  for (const { id } of opened) lab.removeClient(id);
  opened = [];
  const open = async () => {
    const client = await lab.addClient();
    if (client === undefined) throw new Error('there is no chat to connect to');
    opened.push(client);
    return client;
  };
  try {
    await scripts[name](open, report);
  } finally {
    for (const client of opened) client.close();
  }
}

type Script = (open: () => Promise<Client>, report: Report) => Promise<void>;

const scripts: Record<FaultName, Script> = {
  async claims(open, report) {
    const [one, other] = [await open(), await open()];
    const request = { data: 'name', name: unused('Twin') };
    const replies = await Promise.all([one.ask(request), other.ask(request)]);
    report(0, replies.length === 2);
    report(1, replies.filter(({ status }) => status === true).length === 1);
    report(2, replies.filter(({ reason }) => reason === 'NameAlreadyUsed').length === 1);
  },

  async flood(open, report) {
    const [one, other] = [await open(), await open()];
    const got: unknown[] = [];
    const last = new Promise<void>((resolve) => {
      one.listen((text) => {
        if (!isReply(text)) return;
        got.push(objectIn(text)['name']);
        if (got.length === floodSize) resolve();
      });
    });
    for (let number = 0; number < floodSize; number++)
      one.say(JSON.stringify({ data: 'name', name: number }));
    const { status } = await other.ask({ data: 'name', name: unused('Bystander') });
    report(3, status === true);
    await Promise.race([last, one.closed]);
    // What came twice would come before the answer to one more.
    await one.ask({ data: 'flood is over' });
    report(0, got.length === floodSize + 1);
    report(
      1,
      got.slice(0, floodSize).every((name, index) => name === index),
    );
    report(2, one.isOpen);
  },

  async kill(open, report) {
    const [witness, victim] = [await open(), await open()];
    const name = unused('Victim');
    await witness.ask({ data: 'name', name: unused('Witness') });
    await victim.ask({ data: 'name', name });
    const seen: string[] = [];
    witness.listen((text) => {
      const frame = objectIn(text);
      if (frame['type'] === 'receive' && frame['name'] === name) seen.push(`${frame['datatype']}`);
    });
    const leave = witness.next(
      (text) => objectIn(text)['datatype'] === 'leave' && objectIn(text)['name'] === name,
    );
    victim.say(JSON.stringify({ data: 'send', content: 'I was cut off while I said this' }));
    victim.close();
    await leave;
    const heir = await open();
    const register = witness.next((text) => objectIn(text)['datatype'] === 'register');
    const { status } = await heir.ask({ data: 'name', name });
    report(2, status === true);
    await register;
    report(0, seen.filter((type) => type === 'leave').length === 1);
    const messages = seen.filter((type) => type === 'message').length;
    report(1, messages === 0 || (messages === 1 && seen.indexOf('message') < seen.indexOf('leave')));
  },
};
