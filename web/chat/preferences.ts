/** What the reader chose, kept in this browser where it lets us: localStorage may be missing, full or forbidden. */
import { type Language, languages } from './words.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** The address's own wish (`?lang=vi`), else what was chosen before, else the browser's, else English. */
export function readLanguage(): Language {
  const wished = new URLSearchParams(location.search).get('lang');
  const candidates = [wished, recall('language'), ...navigator.languages];
  return candidates.map((tag) => tag?.split('-', 1)[0]?.toLowerCase()).find(isLanguage) ?? 'en';
}

export function saveLanguage(language: Language): void {
  remember('language', language);
}

export function readTheme(): Theme {
  return themes.find((theme) => theme === recall('theme')) ?? 'auto';
}

export function saveTheme(theme: Theme): void {
  remember('theme', theme);
}

/** In which manner times and dates are written: the reader's own kind of the language, `en-GB` say. */
export function localeOf(language: Language): string {
  return navigator.languages.find((tag) => tag.split('-', 1)[0] === language) ?? language;
}

function isLanguage(tag: string | undefined): tag is Language {
  return languages.some(({ language }) => language === tag);
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(`chatbox.${key}`);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`chatbox.${key}`, value);
  } catch {
    // It holds until the page is closed.
  }
}
