import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../../src/ledger/ledger.ts';
import { jsonOf } from '../../src/ledger/message.ts';
import { Replica } from '../../src/ledger/replica.ts';

const timestamp = 'T';
const message = (content: string) => ({ name: 'An', content, timestamp });

/** What a replica shows. */
function shown(replica: Replica) {
  const { part, online } = replica.view({});
  return {
    contents: JSON.parse(`[${Buffer.concat(part.pieces)}]`).map(
      ({ content }: { content: string }) => content,
    ),
    online: JSON.parse(Buffer.from(online).toString()),
  };
}

const nicknames = ['An', 'an', 'Bình', 'Chi', 'Dũng'];
const step = fc.record({
  type: fc.constantFrom('registered', 'changed', 'left', 'resumed', 'posted', 'dropped'),
  nickname: fc.constantFrom(...nicknames),
  other: fc.constantFrom(...nicknames),
});

test('P-NAME-2, P-SEND-4, P-MOD-2: a replica behaves like an array of nicknames and one of messages', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const replica = new Replica();
      let online: string[] = [];
      const contents: string[] = [];
      let base = 0;
      const apply = (entry: Entry) => replica.apply(entry);
      for (const { type, nickname, other } of steps) {
        const isOnline = online.includes(nickname);
        if (type === 'posted') {
          const content = String(contents.length);
          contents.push(content);
          apply({ type, timestamp, message: message(content), json: Buffer.from(jsonOf(message(content))) });
        } else if (type === 'dropped') {
          base = Math.ceil((base + contents.length) / 2);
          apply({ type, timestamp, base });
        } else if (type === 'registered' && !isOnline) {
          online.push(nickname);
          apply({ type, timestamp, nickname });
        } else if (type === 'resumed' && isOnline) apply({ type, timestamp, nickname });
        else if (type === 'left' && isOnline) {
          online = online.filter((one) => one !== nickname);
          apply({ type, timestamp, nickname });
        } else if (type === 'changed' && isOnline && (!online.includes(other) || other === nickname)) {
          online = online.map((one) => (one === nickname ? other : one));
          apply({ type, timestamp, oldname: nickname, nickname: other });
        }
        expect(shown(replica)).toEqual({ contents: contents.slice(base), online });
      }
    }),
    { numRuns: 200 },
  );
});

test('P-SEND-3: an entry that changed nothing changes nothing here', () => {
  const replica = new Replica();
  replica.apply({ type: 'registered', timestamp, nickname: 'An' });
  const change = { type: 'claim', by: '2', nickname: 'An', key: 'an' } as const;
  replica.apply({ type: 'taken', by: '2', timestamp, change });
  replica.apply({ type: 'absent', by: '2', timestamp });
  replica.apply({ type: 'failed', by: '2', timestamp, change, error: 'x' });
  expect(shown(replica)).toEqual({ contents: [], online: ['An'] });
});

test('P-GET-2: the list of nicknames is made once, and again only when one changes', () => {
  const replica = new Replica();
  replica.apply({ type: 'registered', timestamp, nickname: 'An' });
  const { online } = replica.view({});
  replica.apply({ type: 'resumed', timestamp, nickname: 'An' });
  expect(replica.view({}).online).toBe(online);
  replica.apply({ type: 'left', timestamp, nickname: 'An' });
  expect(replica.view({}).online).not.toBe(online);
});
