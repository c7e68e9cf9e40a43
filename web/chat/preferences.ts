/** The reader's choices, stored in this browser. */
import { recall, remember } from './storage.ts';
import { type Language, languages } from './words.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** The language of the URL (`?lang=vi`), or else the stored choice, or else the browser's language, or else English. */
export function readLanguage(): Language {
  const wished = new URLSearchParams(location.search).get('lang');
  const candidates = [wished, recall('localStorage', 'language'), ...navigator.languages];
  return candidates.map((tag) => tag?.split('-', 1)[0]?.toLowerCase()).find(isLanguage) ?? 'en';
}

export function saveLanguage(language: Language): void {
  remember('localStorage', 'language', language);
}

export function readTheme(): Theme {
  return themes.find((theme) => theme === recall('localStorage', 'theme')) ?? 'auto';
}

export function saveTheme(theme: Theme): void {
  remember('localStorage', 'theme', theme);
}

/** The locale for times and dates: the reader's own variant of the language, for example `en-GB`. */
export function localeOf(language: Language): string {
  return navigator.languages.find((tag) => tag.split('-', 1)[0] === language) ?? language;
}

function isLanguage(tag: string | undefined): tag is Language {
  return languages.some(({ language }) => language === tag);
}
