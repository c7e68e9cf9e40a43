import { expect, test } from 'vitest';
import { WordList } from '../../src/moderation/words.ts';

test.each([
  [['spam'], 'this is spam', true],
  [['spam'], 'SPAM!', true],
  [['spam'], 'spammer', false],
  [['spam'], 'an-spam-binh', true],
  [['spam'], 's\u200bpam', true],
  // A Cyrillic а.
  [['spam'], 'sp\u0430m', true],
  [['đồ ngốc'], 'Đúng là  ĐỒ   NGỐC.', true],
  [['đồ ngốc'], 'đồ chơi, ngốc', false],
  // Each diacritic makes another word in Vietnamese.
  [['ma'], 'mà má mả mã mạ', false],
  [['một hai ba', 'bốn'], 'một hai', false],
  [['một hai ba', 'bốn'], 'bốn', true],
  [['một', 'một hai ba'], 'không một hai ba', true],
  [['hai', 'một hai ba'], 'một, một hai', true],
  [[' ', '!'], 'a ! b', false],
  [[], 'spam', false],
])('P-MOD-3: the words %j and the message %j: %j', (words, text, is) => {
  const list = new WordList(words);
  expect([list.isIn(text), list.isIn(text)]).toEqual([is, is]);
});
