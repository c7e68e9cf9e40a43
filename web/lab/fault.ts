/** What can go wrong: what is done, and what must come of it, point by point. */
import type { Lab } from './lab.ts';
import type { Peer } from './peers.ts';
import { isReply, objectIn } from './rules.ts';
import type { Client } from './sockets.ts';

export type Result = 'waiting' | 'met' | 'failed';
export const faultNames = ['claims', 'flood', 'halfOpen', 'slow', 'disk', 'kill'] as const;
export type FaultName = (typeof faultNames)[number];
/** What came, where more than one thing may. */
export type Outcome = 'tooSlow' | 'missedPing';
/** Checks by number: what `words.faults[name].checks` says of them. */
type Report = (check: number, isMet: boolean, outcome?: Outcome) => void;

const floodSize = 500;
const talkersWanted = 6;
/** Seconds between two beats that no fault lasts as long as. */
const rareBeats = 30;
/** Clients of the last run: closed in its end, and shown until the next. */
let opened: Client[] = [];
let runs = 0;
/** A nickname that nobody has. */
const unused = (what: string) => `${what} ${Date.now().toString(36).slice(-4)}${++runs}`;

type Stage = {
  lab: Lab;
  report: Report;
  /** A client of the page, connected; with a nickname, registered. */
  open: (nickname?: string) => Promise<Client>;
  /** A peer of the inspector's, registered; its connection is chosen. */
  openPeer: (nickname: string) => Promise<Peer>;
};

export async function runFault(name: FaultName, lab: Lab, report: Report): Promise<void> {
  for (const { id } of opened) lab.removeClient(id);
  opened = [];
  const peers: Peer[] = [];
  const open = async (nickname?: string) => {
    const client = await lab.addClient();
    if (client === undefined) throw new Error('there is no chat to connect to');
    opened.push(client);
    if (nickname !== undefined) await client.ask({ data: 'name', name: nickname });
    return client;
  };
  const openPeer = async (nickname: string) => {
    const peer = await lab.peers.open(nickname);
    peers.push(peer);
    if (peer.session !== undefined) lab.choose(peer.session);
    return peer;
  };
  try {
    await scripts[name]({ lab, report, open, openPeer });
  } finally {
    for (const client of opened) client.close();
    for (const { name: peer } of peers) lab.peers.order({ do: 'close', peer });
  }
}

const isLeaveOf = (name: string) => (text: string) =>
  objectIn(text)['datatype'] === 'leave' && objectIn(text)['name'] === name;

const isPing = (text: string) => objectIn(text)['type'] === 'ping';

/** Milliseconds in which two beats have come, however late. */
const twoBeats = (lab: Lab) => lab.options.pingSeconds * 2000 + 10_000;

const nextBeat = (client: Client, lab: Lab) => client.next(isPing, twoBeats(lab));

/** What somebody is told of another from now on: its frames, as their kinds. */
function seenOf(name: string, witness: Client): string[] {
  const seen: string[] = [];
  witness.listen((text) => {
    const { type, datatype, name: whose } = objectIn(text);
    if (type === 'receive' && whose === name) seen.push(`${datatype}`);
  });
  return seen;
}

const scripts: Record<FaultName, (stage: Stage) => Promise<void>> = {
  async claims({ open, report }) {
    const [one, other] = [await open(), await open()];
    const request = { data: 'name', name: unused('Twin') };
    const replies = await Promise.all([one.ask(request), other.ask(request)]);
    report(
      0,
      replies.every(({ status }) => typeof status === 'boolean'),
    );
    report(1, replies.filter(({ status }) => status === true).length === 1);
    report(2, replies.filter(({ reason }) => reason === 'NameAlreadyUsed').length === 1);
  },

  async flood({ open, report }) {
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

  async halfOpen({ lab, open, openPeer, report }) {
    const name = unused('Silent');
    const [witness, rival] = [await open(unused('Witness')), await open()];
    const peer = await openPeer(name);
    const isAnswered = async () => (await witness.ask({ data: 'get', limit: 0 }))['status'] === true;
    const seen = seenOf(name, witness);
    let beats = 0;
    witness.listen((text) => {
      if (isPing(text)) beats++;
    });
    // Just behind a beat, so that none comes in the very moment.
    await nextBeat(witness, lab);
    await peer.do('hush');
    beats = 0;
    const leave = witness.next(isLeaveOf(name), twoBeats(lab));
    const { reason } = await rival.ask({ data: 'name', name });
    report(0, reason === 'NameAlreadyUsed');
    const wasAnswered = await isAnswered();
    await leave;
    const beatsUntilLeave = beats;
    const { status } = await rival.ask({ data: 'name', name });
    report(2, status === true);
    report(3, wasAnswered && (await isAnswered()));
    report(1, beatsUntilLeave <= 2 && seen.filter((type) => type === 'leave').length === 1);
  },

  async slow({ lab, open, openPeer, report }) {
    // It does not register: so it hears nothing of the noise.
    const bystander = await open();
    const talkers: Peer[] = [];
    while (talkers.length < talkersWanted) talkers.push(await openPeer(unused('Chatterbox')));
    const reader = await openPeer(unused('Sipper'));
    // A ping stands behind all that it has not read: where beats are frequent, they may be sooner than the limit.
    if (lab.options.pingSeconds < rareBeats) await nextBeat(bystander, lab);
    let beats = 0;
    bystander.listen((text) => {
      if (isPing(text)) beats++;
    });
    await reader.do('sip');
    for (const talker of talkers) await talker.do('chatter');
    let isOver = false;
    let isAnswered = true;
    const ended = lab.ended(reader.session).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const { reason } = await bystander.ask({ data: 'get' });
      isAnswered &&= reason === 'UnknownRegister';
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    report(0, isAnswered);
    const seen = await Promise.all(talkers.map((talker) => talker.rest()));
    report(
      2,
      seen.every((left) => left.filter((peer) => peer === reader.name).length === 1),
    );
    await reader.do('read');
    const code = await reader.closed;
    // Cut off without a code: that is the heartbeat, if there was a beat.
    if (code === 1006 && beats > 0) report(1, true, 'missedPing');
    else report(1, code === 1013, code === 1013 ? 'tooSlow' : undefined);
  },

  async disk({ lab, open, report }) {
    const name = unused('Writer');
    const [writer, witness] = [await open(name), await open(unused('Witness'))];
    const seen = seenOf(name, witness);
    const contents = async () => {
      const { data } = await witness.ask({ data: 'get', limit: 100 });
      const { message } = Object(data) as { message?: { name: string; content: string }[] };
      return message?.flatMap((said) => (said.name === name ? said.content : []));
    };
    await lab.peers.setFull(true);
    try {
      const { reason, error } = await writer.ask({ data: 'send', content: 'one' });
      report(0, reason === 'ErrorWhenSend' && `${error}`.includes('ENOSPC'));
      const history = await contents();
      report(1, history?.length === 0 && !seen.includes('message'));
      const newcomer = await open();
      const { status } = await newcomer.ask({ data: 'name', name: unused('Newcomer') });
      report(2, status === true && history !== undefined);
    } finally {
      await lab.peers.setFull(false);
    }
    const { status } = await writer.ask({ data: 'send', content: 'two' });
    report(3, status === true && (await contents())?.join() === 'two');
  },

  async kill({ open, openPeer, report }) {
    const name = unused('Victim');
    const witness = await open(unused('Witness'));
    const victim = await openPeer(name);
    const seen = seenOf(name, witness);
    const leave = witness.next(isLeaveOf(name));
    await victim.do('cut');
    await leave;
    const heir = await open();
    const register = witness.next((text) => objectIn(text)['datatype'] === 'register');
    const { status } = await heir.ask({ data: 'name', name });
    report(3, status === true);
    await register;
    report(0, seen.filter((type) => type === 'leave').length === 1);
    const messages = seen.filter((type) => type === 'message').length;
    report(1, messages === 0 || seen.indexOf('message') < seen.indexOf('leave'));
    // There were two, of which the second never came whole.
    report(2, messages <= 1);
  },
};
