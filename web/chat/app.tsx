import { useCallback, useLayoutEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { Banner } from './banner.tsx';
import { Join } from './join.tsx';
import { lazy } from './lazy.tsx';
import { List } from './list.tsx';
import { localeOf, type Preferences, usePreferences } from './preferences.ts';
import type { Session } from './session.ts';
import { fetchWords, type Words } from './words.ts';

const Announcer = lazy(async () => (await import('./announcer.tsx')).Announcer);
const Composer = lazy(
  async () => (await import('./composer.tsx')).Composer,
  () => <div class="composer" />,
);
const Header = lazy(
  async () => (await import('./header.tsx')).Header,
  () => <header class="header" />,
);
const Members = lazy(async () => (await import('./members.tsx')).Members);
const Settings = lazy(async () => (await import('./settings.tsx')).Settings);
const Rename = lazy(async () => (await import('./rename.tsx')).Rename);

/** The whole page, once its texts are here. */
export function App({ session }: { session: Session }) {
  const preferences = usePreferences();
  const { language } = preferences;
  const [words, setWords] = useState<Words>();
  useLayoutEffect(() => {
    let isWanted = true;
    void fetchWords[language]().then((fetched) => isWanted && setWords(fetched));
    return () => {
      isWanted = false;
    };
  }, [language]);
  return words && <Page session={session} preferences={preferences} words={words} />;
}

type Props = { session: Session; preferences: Preferences; words: Words };

/** The form for a nickname while there is none, else the conversation. */
function Page({ session, preferences, words }: Props) {
  const [, redraw] = useReducer((draws: number) => draws + 1, 0);
  const [isRenaming, setRenaming] = useState(false);
  const [isMembersOpen, setMembersOpen] = useState(false);
  const { status, nickname, online } = session.client.state;
  const { language } = preferences;

  // At once: a change that comes before would not be drawn.
  useLayoutEffect(() => session.onChange(() => redraw(undefined as never)), [session]);
  useLayoutEffect(() => {
    document.title = session.unread > 0 ? `(${session.unread}) ${words.title}` : words.title;
  });

  useLayoutEffect(() => {
    if (nickname !== undefined) return;
    setRenaming(false);
    setMembersOpen(false);
  }, [nickname]);

  function closeRename(): void {
    setRenaming(false);
    document.getElementById('rename')?.focus();
  }

  const closeMembers = useCallback(() => setMembersOpen(false), []);

  // Many may be online, and few changes of the page are theirs.
  const members = useMemo(
    () => (
      <Members
        online={online}
        nickname={nickname}
        words={words}
        isOpen={isMembersOpen}
        onClose={closeMembers}
      />
    ),
    [online, nickname, words, isMembersOpen, closeMembers],
  );

  if (nickname === undefined)
    return (
      <main class="page" data-status={status}>
        <div class="corner">
          <Settings {...preferences} />
        </div>
        <Banner session={session} words={words} />
        <Join session={session} words={words} />
      </main>
    );
  return (
    <main class="page" data-status={status}>
      <div class="top" inert={isMembersOpen}>
        <Header
          words={words}
          settings={<Settings {...preferences} />}
          session={session}
          isRenaming={isRenaming}
          isMembersOpen={isMembersOpen}
          onRename={() => (isRenaming ? closeRename() : setRenaming(true))}
          onMembers={() => setMembersOpen(true)}
        />
        {isRenaming && <Rename session={session} words={words} onClose={closeRename} />}
        <Banner session={session} words={words} />
      </div>
      <div class="room">
        <section class="talk" inert={isMembersOpen}>
          <List session={session} words={words} locale={localeOf(language)} />
          <Composer session={session} words={words} />
        </section>
        {members}
      </div>
      <Announcer session={session} words={words} />
    </main>
  );
}
