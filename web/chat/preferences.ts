/** What the reader chose, and this browser keeps. */
import { useLayoutEffect, useState } from 'preact/hooks';
import { recall, remember } from './storage.ts';
import { type Language, languages } from './words.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** The address's own wish (`?lang=vi`), else what was chosen before, else the browser's, else English. */
function readLanguage(): Language {
  const wished = new URLSearchParams(location.search).get('lang');
  const candidates = [wished, recall('localStorage', 'language'), ...navigator.languages];
  return candidates.map((tag) => tag?.split('-', 1)[0]?.toLowerCase()).find(isLanguage) ?? 'en';
}

function saveLanguage(language: Language): void {
  remember('localStorage', 'language', language);
}

function readTheme(): Theme {
  return themes.find((theme) => theme === recall('localStorage', 'theme')) ?? 'auto';
}

function saveTheme(theme: Theme): void {
  remember('localStorage', 'theme', theme);
}

export type Preferences = {
  language: Language;
  theme: Theme;
  onLanguage: (language: Language) => void;
  onTheme: (theme: Theme) => void;
};

/** What the reader has chosen, as the page shows it, and how that is changed and kept. */
export function usePreferences(): Preferences {
  const [language, setLanguage] = useState(readLanguage);
  const [theme, setTheme] = useState(readTheme);
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset['theme'] = theme;
  }, [language, theme]);
  return {
    language,
    theme,
    onLanguage(chosen) {
      setLanguage(chosen);
      saveLanguage(chosen);
    },
    onTheme(chosen) {
      setTheme(chosen);
      saveTheme(chosen);
    },
  };
}

/** In which manner times and dates are written: the reader's own kind of the language, `en-GB` say. */
export function localeOf(language: Language): string {
  return navigator.languages.find((tag) => tag.split('-', 1)[0] === language) ?? language;
}

function isLanguage(tag: string | undefined): tag is Language {
  return languages.some(({ language }) => language === tag);
}
