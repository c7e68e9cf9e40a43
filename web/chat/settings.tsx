import { themeIcons } from './icons.tsx';
import { type Preferences, type Theme, themes } from './preferences.ts';
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

/** Language and theme, which stand on every view. */
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
