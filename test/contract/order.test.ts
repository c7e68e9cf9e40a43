import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newContract, text } from '../helpers/contract.ts';

test('P-REQ-7: thousands of requests at once get one reply each, in order', async () => {
  const { nick, newClient } = await newContract();
  const an = await newClient();
  const name = nick('An');
  const expected = [text({ type: 'name', action: 'register', name, status: true, timestamp: 'T' })];
  an.say({ data: 'name', name });
  for (let number = 0; number < 6000; number++) {
    const kind = number % 40;
    if (kind < 13) {
      an.say({ data: 'name', name: number });
      const names = { oldname: name, newname: number };
      expected.push(
        text({ type: 'name', action: 'change', ...names, status: false, reason: 'WrongFormatName' }),
      );
    } else if (kind < 26) {
      an.sayRaw(`{"data":"send","content":[${number}]`);
      expected.push(text({ status: false, reason: 'WrongFormatJSON' }));
    } else if (kind < 39) {
      const content = [number];
      an.say({ data: 'send', content });
      const reason = 'WrongFormatContent';
      expected.push(text({ type: 'send', username: name, content, status: false, reason }));
    } else {
      const content = `${number}`;
      an.say({ data: 'send', content });
      expected.push(text({ type: 'send', name, content, status: true, timestamp: 'T' }));
    }
  }
  const received: string[] = [];
  for (const _ of expected) received.push(await an.nextText());
  expect(received).toEqual(expected);
  expect(await an.pending()).toEqual([]);
});

test('P-REQ-7: replies go to their sender only', async () => {
  const { nick, newClient, newMember } = await newContract();
  const an = await newMember(nick('An'));
  const binh = await newMember(nick('Binh'));
  const stranger = await newClient();
  await an.next();
  for (const data of ['get', 'send', 'name', 'nothing']) await binh.ask({ data });
  expect(await an.pending()).toEqual([]);
  expect(await stranger.pending()).toEqual([]);
});

test('P-REQ-7: no JSON value, and nothing else, closes the connection or goes unanswered', async () => {
  const { newClient } = await newContract();
  const an = await newClient();
  const data = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 200 }));
  await fc.assert(
    fc.asyncProperty(data, async (frame) => {
      an.sayRaw(typeof frame === 'string' ? frame : Buffer.from(frame));
      const { status } = await an.next();
      expect(status).toBe(false);
      expect(await an.pending()).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('P-REQ-7: a get goes with requests before and behind it in their order', async () => {
  const { nick, newMember } = await newContract();
  const an = await newMember(nick('An'));
  for (let number = 0; number < 50; number++) {
    an.say({ data: 'send', content: `${number}` });
    an.say({ data: 'get', limit: 1 });
    an.say({ data: 'nothing' });
  }
  for (let number = 0; number < 50; number++) {
    const content = `${number}`;
    expect(await an.next()).toMatchObject({ type: 'send', content, status: true });
    expect(await an.next()).toMatchObject({ type: 'get', data: { message: [{ content }] } });
    expect(await an.next()).toMatchObject({ type: null });
  }
});
