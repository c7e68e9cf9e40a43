import { expect, test } from 'vitest';
import { type ActName, ModerationError, readOrder } from '../../src/moderation/acts.ts';

test.each<[ActName, object, string]>([
  ['ban', {}, 'ban: it takes one of nickname, pattern and mask'],
  [
    'ban',
    { mask: '203.0.113.7' },
    'ban: mask: it must be what list shows for an address, never the address itself',
  ],
  [
    'unban',
    { mask: '203.0.113.7' },
    'unban: mask: it must be what list shows for an address, never the address itself',
  ],
  ['ban', { nickname: 'An', for: 'x' }, 'ban: for: it must be a length of time, such as 10m, 2h or 7d'],
  ['mute', { nickname: 'An', for: '2' }, 'mute: for: it must be a length of time, such as 10m, 2h or 7d'],
  ['newcomers', { wait: 'x' }, 'newcomers: wait: it must be a length of time, such as 10m, 2h or 7d'],
  [
    'kick',
    { nickname: 'An', reason: 'a\nb' },
    'kick: reason: it must be one line, without control characters',
  ],
])('%s %j is not carried out, and whoever asks for it is told why in plain words', (name, order, told) => {
  expect(() => readOrder(name, order)).toThrow(new ModerationError('invalid', told));
});
