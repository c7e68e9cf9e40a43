import { expect, test } from 'vitest';
import { events, replies } from '../../src/protocol/replies.ts';

/** Each row of the contract, as its bytes: the order of the keys counts. */
const time = '22/11/2026 10/0600';
const stranger = { oldname: undefined, nickname: 'An' };
const member = { oldname: 'An', nickname: 'Bình' };
const message = { name: 'An', content: 'xin chào', timestamp: time };

type Row = [title: string, made: unknown, text: string];
const refused: Row[] = [
  [
    'P-REQ-3: a frame that is not JSON has no type',
    replies.wrongFormatJson(),
    '{"status":false,"reason":"WrongFormatJSON"}',
  ],
  [
    'P-REQ-4: a frame without a known command is answered with the type null',
    replies.unknownType(),
    '{"type":null,"status":false,"reason":"UnknownType"}',
  ],
  [
    'P-REQ-5: a name without its key is told which',
    replies.notEnoughKey('name', 'name'),
    '{"type":"name","status":false,"reason":"NotEnoughKey","need":"name"}',
  ],
  [
    'P-REQ-5: a send without its key is told which',
    replies.notEnoughKey('send', 'content'),
    '{"type":"send","status":false,"reason":"NotEnoughKey","need":"content"}',
  ],
  [
    "P-REQ-6: a stranger's get is UnknownRegister",
    replies.unknownRegister('get'),
    '{"type":"get","status":false,"reason":"UnknownRegister"}',
  ],
  [
    "P-REQ-6: a stranger's send is UnknownRegister",
    replies.unknownRegister('send'),
    '{"type":"send","status":false,"reason":"UnknownRegister"}',
  ],
];

const named: Row[] = [
  [
    'P-NAME-2: a registration is answered with the nickname',
    replies.named(stranger, time),
    `{"type":"name","action":"register","name":"An","status":true,"timestamp":"${time}"}`,
  ],
  [
    'P-NAME-5: a registration under a nickname in use is NameAlreadyUsed',
    replies.nameTaken(stranger),
    '{"type":"name","action":"register","name":"An","status":false,"reason":"NameAlreadyUsed"}',
  ],
  [
    'P-NAME-1: a registration of the wrong form is echoed as received',
    replies.nameRefused({ oldname: undefined, nickname: { first: [1, null] } }),
    '{"type":"name","action":"register","name":{"first":[1,null]},"status":false,"reason":"WrongFormatName"}',
  ],
  [
    'P-NAME-2: a registration that the server could not do is ErrorWhenRegister',
    replies.nameFailed(stranger, 'no space'),
    '{"type":"name","action":"register","name":"An","status":false,"reason":"ErrorWhenRegister","error":"no space"}',
  ],
  [
    'P-NAME-2: a change is answered with the old nickname and the new',
    replies.named(member, time),
    `{"type":"name","action":"change","oldname":"An","newname":"Bình","status":true,"timestamp":"${time}"}`,
  ],
  [
    'P-NAME-4: a change to a nickname in use is NameAlreadyUsed',
    replies.nameTaken(member),
    '{"type":"name","action":"change","oldname":"An","newname":"Bình","status":false,"reason":"NameAlreadyUsed"}',
  ],
  [
    'P-NAME-1: a change of the wrong form is echoed as received',
    replies.nameRefused({ oldname: 'An', nickname: null }),
    '{"type":"name","action":"change","oldname":"An","newname":null,"status":false,"reason":"WrongFormatName"}',
  ],
  [
    'P-NAME-2: a change that the server could not do is ErrorWhenChange',
    replies.nameFailed(member, 'no space'),
    '{"type":"name","action":"change","oldname":"An","newname":"Bình","status":false,"reason":"ErrorWhenChange","error":"no space"}',
  ],
];

const saidOrGot: Row[] = [
  [
    'P-GET-3: a get that failed is ErrorWhenGet',
    replies.getFailed('An', 'limit'),
    '{"type":"get","name":"An","status":false,"reason":"ErrorWhenGet","error":"limit"}',
  ],
  [
    'P-SEND-2: a message stored is answered with all of it',
    replies.sent(message),
    `{"type":"send","name":"An","content":"xin chào","status":true,"timestamp":"${time}"}`,
  ],
  [
    'P-SEND-1: a message of the wrong form says username, and echoes what it got',
    replies.sendRefused('An', 5),
    '{"type":"send","username":"An","content":5,"status":false,"reason":"WrongFormatContent"}',
  ],
  [
    'P-SEND-3: a message that could not be stored says username',
    replies.sendFailed('An', 'xin chào', 'no space'),
    '{"type":"send","username":"An","content":"xin chào","status":false,"reason":"ErrorWhenSend","error":"no space"}',
  ],
];

const seen: Row[] = [
  [
    'P-EVT-1: others see a registration',
    events.registered('An', time),
    `{"type":"receive","datatype":"register","name":"An","timestamp":"${time}"}`,
  ],
  [
    'P-EVT-1: others see a change',
    events.changed('An', 'Bình', time),
    `{"type":"receive","datatype":"change","oldname":"An","newname":"Bình","timestamp":"${time}"}`,
  ],
  [
    'P-EVT-1: others see a message',
    events.message(message),
    `{"type":"receive","datatype":"message","name":"An","content":"xin chào","timestamp":"${time}"}`,
  ],
  [
    'P-EVT-2: others see a leave',
    events.left('An', time),
    `{"type":"receive","datatype":"leave","name":"An","timestamp":"${time}"}`,
  ],
  [
    'P-MOD-1: members see that a message is removed',
    events.removed(7, time),
    `{"type":"receive","datatype":"remove","position":7,"timestamp":"${time}"}`,
  ],
  [
    'P-MOD-4: members see what the host says',
    events.notice('xin chào', time),
    `{"type":"receive","datatype":"notice","content":"xin chào","timestamp":"${time}"}`,
  ],
  ['P-EVT-3: a ping has a number of seconds', events.ping(5), '{"type":"ping","timeout":5}'],
];

test.each([...refused, ...named, ...saidOrGot, ...seen])('%s', (_, made, text) => {
  expect(JSON.stringify(made)).toBe(text);
});

test('P-GET-1: a successful get is one object around the history, without the extension', () => {
  const [before, between, behind] = replies.gotten('An', time);
  const start = `{"type":"get","status":true,"name":"An","timestamp":"${time}","data":{"message":[`;
  expect(`${before}${between}["An","Bình"]${behind}`).toBe(`${start}],"online":["An","Bình"]}}`);
  expect(`${before}{"name":"An"}${between}[]${behind}`).toBe(`${start}{"name":"An"}],"online":[]}}`);
});

test('P-GET-2: a successful get of a part has total and first after online', () => {
  const [before, between, behind] = replies.gotten('An', time, { total: 7, first: 3 });
  expect(`${before}${between}[]${behind}`).toBe(
    `{"type":"get","status":true,"name":"An","timestamp":"${time}","data":{"message":[],"online":[],"total":7,"first":3}}`,
  );
});

test('P-GET-1: a nickname full of quotes and brackets does not break out of a successful get', () => {
  const name = '"],"}\\ \u2028';
  const [before, between, behind] = replies.gotten(name, time);
  expect(JSON.parse(`${before}${between}[]${behind}`)).toEqual({
    type: 'get',
    status: true,
    name,
    timestamp: time,
    data: { message: [], online: [] },
  });
});

test('P-SEND-2: a message with more keys than it should have shows only its own three', () => {
  const stored = { ...message, secret: 'x' };
  expect(Object.keys(replies.sent(stored))).not.toContain('secret');
  expect(Object.keys(events.message(stored))).not.toContain('secret');
});

test('P-REQ-7: other properties of a claim are not shown', () => {
  const claim = { ...stranger, type: 'claim', by: 'c1', key: 'an' };
  for (const reply of [
    replies.named(claim, time),
    replies.nameTaken(claim),
    replies.nameFailed(claim, 'x'),
  ]) {
    expect(reply).toMatchObject({ type: 'name', action: 'register', name: 'An' });
    for (const key of ['by', 'key', 'nickname', 'oldname']) expect(reply).not.toHaveProperty(key);
  }
});

test('P-REQ-7: every constructor of a reply or an event has its row here', () => {
  expect(Object.keys(replies)).toEqual([
    'wrongFormatJson',
    'unknownType',
    'notEnoughKey',
    'unknownRegister',
    'named',
    'nameTaken',
    'nameRefused',
    'nameFailed',
    'gotten',
    'getFailed',
    'sent',
    'sendRefused',
    'sendFailed',
  ]);
  expect(Object.keys(events)).toEqual([
    'registered',
    'changed',
    'message',
    'left',
    'removed',
    'notice',
    'ping',
  ]);
});
