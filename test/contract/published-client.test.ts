import { expect, test } from 'vitest';
import { newContract, text } from '../helpers/contract.ts';

test('P-REQ-2: two published clients, which command by type, have a whole session', async () => {
  const { nick, newClient } = await newContract();
  const [name, other, third] = [nick('An'), nick('Bình'), nick('Ba')];
  const an = await newClient();
  const binh = await newClient();

  expect(await an.askText({ type: 'send', content: 'x' })).toBe(
    text({ type: 'send', status: false, reason: 'UnknownRegister' }),
  );
  expect(await an.askText({ type: 'name', name })).toBe(
    text({ type: 'name', action: 'register', name, status: true, timestamp: 'T' }),
  );
  expect(await binh.askText({ type: 'name', name })).toBe(
    text({ type: 'name', action: 'register', name, status: false, reason: 'NameAlreadyUsed' }),
  );
  expect(await binh.askText({ type: 'name', name: other })).toBe(
    text({ type: 'name', action: 'register', name: other, status: true, timestamp: 'T' }),
  );
  expect(await an.nextText()).toBe(
    text({ type: 'receive', datatype: 'register', name: other, timestamp: 'T' }),
  );

  const before = ((await an.ask({ type: 'get' })) as { data: { message: object[] } }).data.message;
  expect(await binh.askText({ type: 'send', content: 'xin chào' })).toBe(
    text({ type: 'send', name: other, content: 'xin chào', status: true, timestamp: 'T' }),
  );
  expect(await an.nextText()).toBe(
    text({ type: 'receive', datatype: 'message', name: other, content: 'xin chào', timestamp: 'T' }),
  );

  expect(await binh.askText({ type: 'name', name })).toBe(
    text({
      type: 'name',
      action: 'change',
      oldname: other,
      newname: name,
      status: false,
      reason: 'NameAlreadyUsed',
    }),
  );
  expect(await binh.askText({ type: 'name', name: third })).toBe(
    text({ type: 'name', action: 'change', oldname: other, newname: third, status: true, timestamp: 'T' }),
  );
  expect(await an.nextText()).toBe(
    text({ type: 'receive', datatype: 'change', oldname: other, newname: third, timestamp: 'T' }),
  );

  const message = [
    ...before.map((old) => ({ ...old, timestamp: 'T' })),
    { name: other, content: 'xin chào', timestamp: 'T' },
  ];
  expect(await binh.askText({ type: 'get' })).toBe(
    text({
      type: 'get',
      status: true,
      name: third,
      timestamp: 'T',
      data: { message, online: [name, third] },
    }),
  );

  await binh.leave();
  expect(await an.nextText()).toBe(text({ type: 'receive', datatype: 'leave', name: third, timestamp: 'T' }));
  expect(await an.pending()).toEqual([]);
});

test('P-TIME-3: the reply, the event and the history of one request have the same timestamp', async () => {
  const { nick, newMember } = await newContract();
  const an = await newMember(nick('An'));
  const binh = await newMember(nick('Bình'));
  await an.next();
  const { timestamp } = await binh.ask({ type: 'send', content: 'x' });
  expect(await an.next()).toMatchObject({ datatype: 'message', timestamp });
  expect(await an.ask({ data: 'get', limit: 1 })).toMatchObject({ data: { message: [{ timestamp }] } });
  const change = await binh.ask({ type: 'name', name: nick('Ba') });
  expect(await an.next()).toMatchObject({ datatype: 'change', timestamp: change['timestamp'] });
});
