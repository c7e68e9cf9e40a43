/** The page's languages. Only the texts of the one that is shown are fetched. */
import type { Refusal } from '../../src/client/client.ts';
import type { Limits, Words } from './en.ts';

export type { Limits, Words };

export type Language = Words['language'];
export const languages = [
  { language: 'en', short: 'EN', name: 'English' },
  { language: 'vi', short: 'VI', name: 'Tiếng Việt' },
] as const satisfies readonly { language: Language; short: string; name: string }[];

/** Why a request failed, followed by the server's `error` if it gave one. */
export function refusalInWords({ reason, error }: Refusal, words: Words, limits: Limits): string {
  const known: Record<string, string> = words.refusals(limits);
  const said = Object.hasOwn(known, reason) ? known[reason] : known['UnknownAnswer'];
  return error === undefined ? `${said}` : `${said}: ${saidByServer(error, words)}`;
}

/** What the server says, in the reader's language where it says what a moderator has decided, and with the reader's time. */
export function saidByServer(text: string, { decisions, until, language }: Words): string {
  const decision = Object.keys(decisions).find((beginning) => text.startsWith(beginning));
  return text.replace(/^(.*?)( until ([\dTZ:-]+Z))?(:.*)?$/, (_, said, end, time, why = '') =>
    [decision ? decisions[decision] : said, end && ` ${until} ${timeInWords(time, language)}`, why].join(''),
  );
}

/** An ISO time as a reader says it. */
export const timeInWords = (iso: string, language: Language) =>
  new Date(iso).toLocaleString(language === 'vi' ? 'vi' : undefined, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });

/** Why a nickname was refused. After a lost connection the user only has to try again. */
export function nameRefusalInWords(refusal: Refusal, words: Words, limits: Limits): string {
  return refusalInWords(
    refusal.reason === 'ConnectionLost' ? { reason: 'NameLost' } : refusal,
    words,
    limits,
  );
}

/** Rejects if they cannot be fetched. */
export async function fetchWords(language: Language): Promise<Words> {
  const { words } = await (language === 'vi' ? import('./vi.ts') : import('./en.ts'));
  return words;
}
