import { useLayoutEffect, useState } from 'preact/hooks';
import { themeIcons } from './icons.tsx';
import { readLanguage, readTheme, saveLanguage, saveTheme, type Theme, themes } from './preferences.ts';
import { type Language, languages } from './words.ts';

const dictionaries: Record<Language, { language: string; theme: Record<Theme, string> }> = {
  en: {
    language: 'Language',
    theme: { auto: 'Theme: same as the system', light: 'Theme: light', dark: 'Theme: dark' },
  },
  vi: {
    language: 'Ngôn ngữ',
    theme: { auto: 'Giao diện: theo hệ thống', light: 'Giao diện: sáng', dark: 'Giao diện: tối' },
  },
};

export type Preferences = {
  language: Language;
  theme: Theme;
  onLanguage: (language: Language) => void;
  onTheme: (theme: Theme) => void;
};

/** The reader's choices, applied to the page, with setters that store them. */
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

/** The choice of language and theme, present in every view. */
export function Settings({ language, theme, onLanguage, onTheme }: Preferences) {
  const words = dictionaries[language];
  const ThemeIcon = themeIcons[theme];
  const nextTheme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
  return (
    <div class="settings">
      <fieldset class="languages" aria-label={words.language}>
        {languages.map(({ language: code, short, name }) => (
          <button
            key={code}
            type="button"
            lang={code}
            data-lang={code}
            aria-label={`${short}: ${name}`}
            aria-pressed={code === language}
            onClick={() => onLanguage(code)}
          >
            {short}
          </button>
        ))}
      </fieldset>
      <button
        type="button"
        class="tool"
        data-theme-switch
        aria-label={words.theme[theme]}
        title={words.theme[theme]}
        onClick={() => onTheme(nextTheme)}
      >
        <ThemeIcon />
      </button>
    </div>
  );
}
