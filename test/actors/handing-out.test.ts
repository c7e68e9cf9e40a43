/** Nobody sees a stretch before it has been handed to every socket. */
import { expect, test } from 'vitest';
import type { Ledger, LedgerListener } from '../../src/ledger/ledger.ts';
import { type Client, type Frame, newClient, newMember } from '../helpers/client.ts';
import { Gate, until } from '../helpers/gate.ts';
import { Relay } from '../helpers/relay.ts';
import { type End, newSystem } from '../helpers/system.ts';

/** A system whose turns are held from `hold` until the next stretch is told, and whose commits can be blocked. */
async function newHeldSystem() {
  let isHeld = false;
  const gates: Gate[] = [];
  const wrap = (ledger: Ledger): Ledger => {
    class Releasing extends Relay {
      override start(listener: LedgerListener): void {
        ledger.start({
          ...listener,
          onStretch(stretch) {
            isHeld = false;
            listener.onStretch(stretch);
          },
        });
      }
    }
    const made = new Gate(new Releasing(ledger));
    gates.push(made);
    return made;
  };
  const system = await newSystem({ wrap, isHeld: () => isHeld });
  const [gate] = gates;
  if (gate === undefined) throw new Error('no ledger was made');
  const hold = () => {
    isHeld = true;
  };
  return { ...system, gate, hold };
}

/** Sends a request, and waits until its bytes are there. */
async function say(client: Client, end: End | undefined, request: object): Promise<void> {
  const before = end?.socket.bytesRead ?? 0;
  client.say(request);
  await until(() => (end?.socket.bytesRead ?? 0) > before);
}

test('P-SEND-4: a get that waits for its turn while a stretch is handed out comes before it or after it, for each socket', async () => {
  const { url, gate, hold, ends } = await newHeldSystem();
  const author = await newMember(url, 'Author');
  const old = await newClient(url);
  const { resume } = await old.ask({ data: 'name', name: 'An', resume: true });
  const next = await newClient(url);
  const reader = await newMember(url, 'Reader');
  await author.pending();
  gate.block();
  const { length } = gate.commits;
  author.say({ data: 'send', content: 'một' });
  await until(() => gate.commits.length > length);
  gate.passOne();
  await say(next, ends[2], { data: 'name', name: 'An', resume });
  author.say({ data: 'send', content: 'hai' });
  await until(() => gate.commits.length > length + 1);
  hold();
  await say(reader, ends[3], { data: 'get' });
  gate.release();
  const heard: Frame[] = [];
  while (heard.length < 3) heard.push(await reader.next());
  const before = heard.slice(
    0,
    heard.findIndex(({ type }) => type === 'get'),
  );
  const get = heard[before.length] as { data: { message: Frame[] } };
  expect(get.data.message.map(({ content }) => content)).toEqual(before.map(({ content }) => content));
});
