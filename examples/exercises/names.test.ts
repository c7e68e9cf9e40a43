import { expect, test } from 'vitest';
import { newClient, newMember } from '../../test/helpers/client.ts';
import { newServer } from '../../test/helpers/server.ts';

/** All of them have the key of `server` (P-NAME-3). */
const disguises = [
  ['as it is', 'server'],
  ['in capitals', 'SERVER'],
  ['with spaces around it', '\u3000 Server '],
  ['in full width', 'Ｓｅｒｖｅｒ'],
  ['with invisible characters', 'ser\u200bv\u00ader'],
] as const;

test.each(disguises)('P-NAME-3: nobody registers as `server`, %s', async (_, name) => {
  const { url } = await newServer();
  const client = await newClient(url);
  const refusal = { type: 'name', action: 'register', name, status: false, reason: 'WrongFormatName' };
  expect(await client.ask({ data: 'name', name }), `the reply to ${JSON.stringify(name)}`).toEqual(refusal);
});

test.each(disguises)('P-NAME-3: nobody changes to `server`, %s', async (_, name) => {
  const { url } = await newServer();
  const an = await newMember(url, 'An');
  const binh = await newMember(url, 'Bình');
  await an.next();
  const change = { type: 'name', action: 'change', oldname: 'An', newname: name };
  const refusal = { ...change, status: false, reason: 'WrongFormatName' };
  expect(await an.ask({ data: 'name', name }), `the reply to ${JSON.stringify(name)}`).toEqual(refusal);
  expect(await binh.pending(), 'what the others heard').toEqual([]);
});

test('P-NAME-3: it is reserved where nicknames are compared exactly, too', async () => {
  const { url } = await newServer({ nicknameComparison: 'exact' });
  const reply = await (await newClient(url)).ask({ data: 'name', name: 'Server' });
  expect(reply, 'the reply to "Server"').toMatchObject({ status: false, reason: 'WrongFormatName' });
});

test.each(['servers', 'ser ver', 'my server', 'Sérver'])('P-NAME-3: %s is somebody else', async (name) => {
  const { url } = await newServer();
  expect(await (await newClient(url)).ask({ data: 'name', name })).toMatchObject({ name, status: true });
});
