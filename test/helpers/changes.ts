/** What a ledger can be asked for, and the entries that come of that. */
import { expect } from 'vitest';
import type { Change, Claim } from '../../src/ledger/ledger.ts';

export const claim = (by: string, nickname: string, resume?: true | string): Claim => ({
  type: 'claim',
  by,
  nickname,
  key: nickname.toLowerCase(),
  ...(resume === undefined ? {} : { resume }),
});
export const post = (by: string, content: string): Change => ({ type: 'post', by, content });
export const leave = (by: string): Change => ({ type: 'leave', by });
export const message = (name: string, content: string) => ({ name, content, timestamp: expect.any(String) });

export const registered = (by: string, nickname: string) => ({ type: 'registered', by, nickname });
export const changed = (by: string, oldname: string, nickname: string) => ({
  type: 'changed',
  by,
  oldname,
  nickname,
});
export const posted = (by: string, name: string, content: string) => ({
  type: 'posted',
  by,
  message: message(name, content),
});
export const left = (by: string, nickname: string) => ({ type: 'left', by, nickname });
export const taken = (change: Claim) => ({ type: 'taken', by: change.by, change });
export const absent = (by: string) => ({ type: 'absent', by });
