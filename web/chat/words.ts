/** The texts of the page. Each language is a file of its own, of which a reader needs one. */
import type { Refusal } from '../../src/client/client.ts';
import type { Limits, Words } from './words.en.ts';

export type { Limits, Words };

/** Fetches the texts of a language. */
export const fetchWords = {
  en: async () => (await import('./words.en.ts')).en,
  vi: async () => (await import('./words.vi.ts')).vi,
};
export type Language = keyof typeof fetchWords;
export const languages = [
  { language: 'en', short: 'EN', name: 'English' },
  { language: 'vi', short: 'VI', name: 'Tiếng Việt' },
] as const satisfies readonly { language: Language; short: string; name: string }[];

/** Why a request failed, followed by the server's own `error` if it gave one. */
export function refusalInWords({ reason, error }: Refusal, words: Words, limits: Limits): string {
  const known: Record<string, string> = words.refusals(limits);
  const said = Object.hasOwn(known, reason) ? known[reason] : known['UnknownAnswer'];
  return error === undefined ? `${said}` : `${said}: ${error}`;
}

/** The same for a nickname: after a lost connection the user simply tries again. */
export function nameRefusalInWords(refusal: Refusal, words: Words, limits: Limits): string {
  return refusalInWords(
    refusal.reason === 'ConnectionLost' ? { reason: 'NameLost' } : refusal,
    words,
    limits,
  );
}
