import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newMember } from './helpers/client.ts';
import { newServer } from './helpers/server.ts';

test('P-SEND-2: a message is on disk before its sender hears so', async () => {
  const { url, dataFile } = await newServer(); // port 0, own folder, stopped after the test
  const an = await newMember(url, 'An');
  an.say({ data: 'send', content: 'xin chào' });
  expect(await an.next()).toMatchObject({ type: 'send', status: true });
  expect(JSON.parse(readFileSync(dataFile, 'utf8'))).toMatchObject([{ name: 'An', content: 'xin chào' }]);
});
