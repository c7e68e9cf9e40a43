/** Valid and invalid nicknames, messages and windows. */

const face = '😀';

export const goodNames = ['An', 'A', face.repeat(100), 'xin chào', '\u200fAn'];
export const badNames = [
  ...['', 'a'.repeat(101), face.repeat(101), 'An\ud800', '\udc00', ' ', '\u200b\u3000', '\u2800'],
  ...['An\n', 'A\u0000n', '\u202enA', 'An\u2028', 'A\ufff9n', '\ue000'],
  ...[5, null, true, [], {}, ['An'], { name: 'An' }],
];

export const goodContents = ['xin chào', ' ', 'a'.repeat(100), face.repeat(100), '\u200b'];
export const badContents = [
  ...['', 'a'.repeat(101), face.repeat(101), '\udc00', 'x\ud83d'],
  ...[5, null, false, ['x'], { content: 'x' }],
];

export const goodWindows: object[] = [
  {},
  { limit: 0 },
  { limit: 5, before: 3, after: 1 },
  { before: Number.MAX_SAFE_INTEGER },
];
/** The last key of each is the invalid one. */
export const badWindows: object[] = [
  { limit: -1 },
  { before: 1.5 },
  { after: '1' },
  { limit: null },
  { limit: 1, after: 2 ** 53 },
];

/** Frames that cannot be read as a request, with their replies. */
export const unreadable = [
  { frame: '{', reply: { status: false, reason: 'WrongFormatJSON' } },
  { frame: '[]', reply: { type: null, status: false, reason: 'UnknownType' } },
  { frame: '{"data":"shout","type":"get"}', reply: { type: null, status: false, reason: 'UnknownType' } },
  { frame: '{"data":"name"}', reply: { type: 'name', status: false, reason: 'NotEnoughKey', need: 'name' } },
  {
    frame: '{"data":"send"}',
    reply: { type: 'send', status: false, reason: 'NotEnoughKey', need: 'content' },
  },
];
