import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newMember } from '../../test/helpers/client.ts';
import { messageOf, messagesIn } from '../../test/helpers/history-file.ts';
import { Listened, newFileLedger, timestamp } from '../../test/helpers/ledger.ts';
import { newFolder, newServer } from '../../test/helpers/server.ts';

const error = 'the history is full';

/** Makes a data file with `count` messages and resolves to its path. */
async function newData(count: number): Promise<string> {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, JSON.stringify(Array.from({ length: count }, (_, position) => messageOf(position))));
  return path;
}

test('P-SEND-3: the message after the 1000th is answered ErrorWhenSend, and shown to nobody', async () => {
  const { url } = await newServer({ data: await newData(999) });
  const an = await newMember(url, 'An');
  const binh = await newMember(url, 'Bình');
  await an.next();
  expect(await an.ask({ data: 'send', content: 'the last' })).toMatchObject({ status: true });
  expect(await binh.next()).toMatchObject({ datatype: 'message', content: 'the last' });
  const content = 'one too many';
  const failure = { type: 'send', username: 'An', content, status: false, reason: 'ErrorWhenSend', error };
  expect(await an.ask({ data: 'send', content }), 'the reply to message 1001').toEqual(failure);
  expect(await binh.pending(), 'what the others heard').toEqual([]);
});

test('P-SEND-3: of two posts in one commit the one that still fits is stored, and a claim beside them succeeds', async () => {
  const path = await newData(999);
  const ledger = new Listened(await newFileLedger(path));
  const claim = (by: string, nickname: string) => ({ type: 'claim', by, nickname, key: nickname }) as const;
  const post = (content: string) => ({ type: 'post', by: 'c1', content }) as const;
  await ledger.commit(claim('c1', 'An'));
  const entries = await ledger.commit(post('first'), post('second'), claim('c2', 'Bình'));
  const message = { name: 'An', content: 'first', timestamp };
  expect(entries, 'what became of the two posts and the claim').toEqual([
    { type: 'posted', by: 'c1', message },
    { type: 'failed', by: 'c1', change: post('second'), error },
    { type: 'registered', by: 'c2', nickname: 'Bình' },
  ]);
  expect((await messagesIn(path)).slice(999)).toEqual([message]);
  expect(ledger.view({ after: 999 })).toMatchObject({ messages: [message], total: 1000 });
});

test('P-SEND-3: what did not fit is in no history, not even after a restart; and the chat goes on', async () => {
  const data = await newData(1000);
  const { chat, url } = await newServer({ data });
  const an = await newMember(url, 'An');
  const reply = await an.ask({ data: 'send', content: 'one too many' });
  expect(reply, 'the reply to message 1001').toMatchObject({ status: false, error });
  expect(await an.ask({ data: 'name', name: 'Bình' })).toMatchObject({ status: true });
  expect(await an.ask({ data: 'get', limit: 0 })).toMatchObject({ data: { total: 1000, online: ['Bình'] } });
  await chat.close();
  const again = await newMember((await newServer({ data })).url, 'An');
  expect(await again.ask({ data: 'get', limit: 0 })).toMatchObject({ data: { total: 1000 } });
  expect(await messagesIn(data)).toHaveLength(1000);
});
