import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { newMember } from './helpers/client.ts';
import { newServer } from './helpers/server.ts';

test('P-SEND-2: a message is on disk before its sender is told', async () => {
  const { url, dataFile } = await newServer(); // port 0, own folder, stopped after the test
  const an = await newMember(url, 'An');
  an.say({ data: 'send', content: 'xin chào' });
  expect(await an.next()).toMatchObject({ type: 'send', status: true });
  expect(JSON.parse(readFileSync(dataFile, 'utf8'))).toMatchObject([{ name: 'An', content: 'xin chào' }]);
});

test('P-REQ-7: a log of the host that throws harms nobody, and the process is warned once', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  const { url } = await newServer({
    log: () => {
      throw new Error('the disk of the log is full');
    },
  });
  const an = await newMember(url, 'An');
  const binh = await newMember(url, 'Bình');
  expect(await an.next()).toMatchObject({ datatype: 'register' });
  for (const content of ['một', 'hai']) {
    expect(await an.ask({ data: 'send', content })).toMatchObject({ status: true });
    expect(await binh.next()).toMatchObject({ content });
  }
  expect(await an.ask({ data: 'send', content: '' })).toMatchObject({ reason: 'WrongFormatContent' });
  await an.leave();
  expect(await binh.next()).toMatchObject({ datatype: 'leave' });
  const ours = warnings.filter(({ name }) => name === 'ChatWarning');
  expect(ours.map(({ message }) => message)).toEqual([
    'the log of a chat throws: the disk of the log is full',
  ]);
});
