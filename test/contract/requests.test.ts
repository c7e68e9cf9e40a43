import { expect, test } from 'vitest';
import { newContract, text } from '../helpers/contract.ts';

const wrongJson = text({ status: false, reason: 'WrongFormatJSON' });
const unknownType = text({ type: null, status: false, reason: 'UnknownType' });
const unknownGet = text({ type: 'get', status: false, reason: 'UnknownRegister' });

test('P-REQ-1: a binary frame is read as UTF-8 text', async () => {
  const { nick, newClient } = await newContract();
  const an = await newClient();
  const name = nick('Ân');
  an.sayRaw(Buffer.from(text({ data: 'name', name })));
  expect(await an.nextText()).toBe(
    text({ type: 'name', action: 'register', name, status: true, timestamp: 'T' }),
  );
});

test('P-REQ-1: a message in fragments is one request', async () => {
  const { newClient } = await newContract();
  const an = await newClient();
  an.socket.send('{"data"', { fin: false });
  an.socket.send(':"ge', { fin: false });
  an.socket.send('t"}', { fin: true });
  expect(await an.nextText()).toBe(unknownGet);
  expect(await an.pending()).toEqual([]);
});

test.each([
  ['data', { data: 'get' }],
  ['type', { type: 'get' }],
  ['data before type', { type: 'send', data: 'get' }],
  ['data, whatever type is', { data: 'get', type: null }],
  ['keys nobody asked for', { content: 1, name: [], get: {}, data: 'get', zzz: 'send' }],
])('P-REQ-2: the command is found: %s', async (_, request) => {
  const { newClient } = await newContract();
  expect(await (await newClient()).askText(request)).toBe(unknownGet);
});

test.each([null, '', 'Get', 'get ', 7, ['get'], { get: 1 }])(
  'P-REQ-2: a data that is no command never falls back to type: %j',
  async (data) => {
    const { newClient } = await newContract();
    expect(await (await newClient()).askText({ data, type: 'get' })).toBe(unknownType);
  },
);

test.each([
  ['of duplicate keys the last counts', '{"data":"send","content":"x","data":"get"}', unknownGet],
  ['of duplicate keys the last counts, if it is no command too', '{"data":"get","data":1}', unknownType],
  ['__proto__ gives no command', '{"__proto__":{"data":"get","type":"get"}}', unknownType],
  ['a key of every object is no key', '{"data":"name","__proto__":{"name":"An"}}', undefined],
  ['an inherited name is no command', '{"data":"constructor"}', unknownType],
  ['nor is __proto__ itself', '{"data":"__proto__"}', unknownType],
])('P-REQ-2: only own keys count: %s', async (_, request, reply) => {
  const { newClient } = await newContract();
  const an = await newClient();
  an.sayRaw(request);
  const missing = text({ type: 'name', status: false, reason: 'NotEnoughKey', need: 'name' });
  expect(await an.nextText()).toBe(reply ?? missing);
});

test.each([
  ['nothing', ''],
  ['a word', 'get'],
  ['half an object', '{"data":"get"'],
  ['two objects', '{"data":"get"}{"data":"get"}'],
  ['single quotes', "{'data':'get'}"],
  ['a trailing comma', '{"data":"get",}'],
  ['NaN', 'NaN'],
  ['a comment', '{"data":"get"}//'],
  ['a byte order mark', '\ufeff{"data":"get"}'],
  ['a raw line feed in a string', '{"data":"get","x":"\n"}'],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['bytes of a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ['overlong UTF-8', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
  ['no bytes', Buffer.alloc(0)],
])('P-REQ-3: not JSON: %s', async (_, frame) => {
  const { newClient } = await newContract();
  const an = await newClient();
  an.sayRaw(frame);
  expect(await an.nextText()).toBe(wrongJson);
});

test.each([
  '0',
  '-1.5e3',
  'null',
  'true',
  '"get"',
  '[]',
  '["get"]',
  '{}',
  '{"Data":"get"}',
  '{"data":"ping"}',
  '{"data":"register"}',
  '{"data":["name"],"name":"An"}',
  '{"data":{"data":"get"}}',
  '{"type":null}',
  '{"type":"receive"}',
])('P-REQ-4: JSON without a known command: %s', async (frame) => {
  const { newClient } = await newContract();
  const an = await newClient();
  an.sayRaw(frame);
  expect(await an.nextText()).toBe(unknownType);
});

test('P-REQ-5: the missing key is named, before and after registration', async () => {
  const { nick, newClient } = await newContract();
  const an = await newClient();
  const name = text({ type: 'name', status: false, reason: 'NotEnoughKey', need: 'name' });
  const content = text({ type: 'send', status: false, reason: 'NotEnoughKey', need: 'content' });
  expect(await an.askText({ data: 'name', content: 'x' })).toBe(name);
  expect(await an.askText({ data: 'send', name: 'x' })).toBe(content);
  await an.ask({ data: 'name', name: nick('An') });
  expect(await an.askText({ data: 'name', Name: 'x' })).toBe(name);
  expect(await an.askText({ type: 'send' })).toBe(content);
});

test('P-REQ-5: a key that is there with a wrong value is not missing', async () => {
  const { nick, newClient } = await newContract();
  const an = await newClient();
  const name = nick('An');
  expect(await an.ask({ data: 'name', name: null })).toMatchObject({ reason: 'WrongFormatName' });
  await an.ask({ data: 'name', name });
  expect(await an.ask({ data: 'send', content: null })).toMatchObject({ reason: 'WrongFormatContent' });
});

test('P-REQ-6: the first check that fails answers', async () => {
  const { nick, newClient, newMember } = await newContract();
  const name = nick('An');
  await newMember(name);
  const binh = await newClient();
  const reasonOf = async (request: unknown) => (await binh.ask(request))['reason'];
  binh.sayRaw('{"data":"nothing"');
  expect((await binh.next())['reason']).toBe('WrongFormatJSON');
  expect(await reasonOf({ data: 'nothing', content: 1 })).toBe('UnknownType');
  expect(await reasonOf({ data: 'send' })).toBe('NotEnoughKey');
  expect(await reasonOf({ data: 'send', content: 1 })).toBe('UnknownRegister');
  expect(await reasonOf({ data: 'get', limit: -1 })).toBe('UnknownRegister');
  expect(await reasonOf({ data: 'name', name: '' })).toBe('WrongFormatName');
  expect(await reasonOf({ data: 'name', name })).toBe('NameAlreadyUsed');
});
