import { useLayoutEffect, useState } from 'preact/hooks';
import { themeIcons } from './icons.tsx';
import { readLanguage, readTheme, saveLanguage, saveTheme, type Theme, themes } from './preferences.ts';
import { type Language, languages, type Words } from './words.ts';

export type SettingsProps = {
  words: Words;
  language: Language;
  theme: Theme;
  onLanguage: (language: Language) => void;
  onTheme: (theme: Theme) => void;
};

type Props = Omit<SettingsProps, 'words'> & { words: Pick<Words, 'language' | 'theme'> };

/** What the reader has chosen, as the page shows it, and how that is changed and kept. */
export function usePreferences(): Omit<SettingsProps, 'words'> {
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

/** Language and theme, which stand on every view. */
export function Settings({ words, language, theme, onLanguage, onTheme }: Props) {
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
