import { themeIcons } from './icons.tsx';
import { type Theme, themes } from './preferences.ts';
import { type Language, languages, type Words } from './words.ts';

export type SettingsProps = {
  words: Words;
  language: Language;
  theme: Theme;
  onLanguage: (language: Language) => void;
  onTheme: (theme: Theme) => void;
};

type Props = Omit<SettingsProps, 'words'> & { words: Pick<Words, 'language' | 'theme'> };

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
