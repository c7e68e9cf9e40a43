import type { Language } from './form.ts';

/** What the forms for readers say in words of their own. */
export const words: Readonly<
  Record<
    Language,
    {
      removed: string;
      /** In place of a name that was erased. */
      erased: string;
      /** How many messages there are, and how many of them have been removed. */
      count: (messages: number, removed: number) => string;
    }
  >
> = {
  en: {
    removed: 'This message was removed.',
    erased: 'name erased',
    count: (messages, removed) =>
      `${messages} message${messages === 1 ? '' : 's'}, ${removed} of them removed`,
  },
  vi: {
    removed: 'Tin nhắn này đã bị gỡ.',
    erased: 'tên đã xoá',
    count: (messages, removed) => `${messages} tin nhắn, trong đó ${removed} tin đã bị gỡ`,
  },
};
