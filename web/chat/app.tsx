import { useCallback, useLayoutEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { Banner } from './banner.tsx';
import { Join } from './join.tsx';
import { lazy } from './lazy.tsx';
import { List } from './list.tsx';
import { localeOf } from './preferences.ts';
import type { Session } from './session.ts';
import { Settings, usePreferences } from './settings.tsx';
import { fetchWords, type Words } from './words.ts';

const Announcer = lazy(async () => (await import('./room.ts')).Announcer);
const Composer = lazy(
  async () => (await import('./room.ts')).Composer,
  () => <div class="composer" />,
);
const Header = lazy(
  async () => (await import('./room.ts')).Header,
  () => <header class="header" />,
);
const Members = lazy(async () => (await import('./room.ts')).Members);
const Menu = lazy(async () => (await import('./room.ts')).Menu);
const Rename = lazy(async () => (await import('./room.ts')).Rename);
const Whole = lazy(async () => (await import('./room.ts')).Whole);

/** The whole page: the form for a nickname while there is none, else the conversation. */
export function App({ session, words: first }: { session: Session; words: Words }) {
  const [, redraw] = useReducer((draws: number) => draws + 1, 0);
  const preferences = usePreferences();
  const [words, setWords] = useState(first);
  const [isRenaming, setRenaming] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isMembersOpen, setMembersOpen] = useState(false);
  const { status, nickname, online } = session.client.state;
  const { language } = preferences;
  const title = session.room.title ?? words.title;

  // Texts that cannot be fetched, or come when they are wanted no more, leave those that are shown.
  useLayoutEffect(() => {
    const take = (texts: Words) => {
      if (texts.language === document.documentElement.lang) setWords(texts);
    };
    void fetchWords(language).then(take, () => {});
  }, [language]);
  useLayoutEffect(() => session.onChange(() => redraw(undefined as never)), [session]);
  useLayoutEffect(() => {
    document.title = session.unread > 0 ? `(${session.badge}) ${title}` : title;
  });

  useLayoutEffect(() => {
    if (nickname !== undefined) return;
    setRenaming(false);
    setMenuOpen(false);
    setMembersOpen(false);
  }, [nickname]);

  function closeRename(): void {
    setRenaming(false);
    document.getElementById('rename')?.focus();
  }

  const closeMembers = useCallback(() => setMembersOpen(false), []);

  // Many members may be online, and few changes of the page concern them.
  const members = useMemo(
    () => (
      <Members
        online={online}
        nickname={nickname}
        words={words}
        ignored={session.ignored}
        tools={session.tools}
        isOpen={isMembersOpen}
        onClose={closeMembers}
      />
    ),
    [online, nickname, words, session.ignored.names, session.tools, isMembersOpen, closeMembers],
  );

  if (nickname === undefined)
    return (
      <main class="page" data-status={status}>
        <div class="corner">
          <Settings {...preferences} />
        </div>
        <Banner session={session} words={words} />
        <Join session={session} words={words} title={title} />
      </main>
    );
  return (
    <main class="page" data-status={status}>
      <div class="top" inert={isMembersOpen}>
        <Header
          words={words}
          title={title}
          session={session}
          isRenaming={isRenaming}
          isMembersOpen={isMembersOpen}
          onRename={() => (isRenaming ? closeRename() : setRenaming(true))}
          onMenu={() => setMenuOpen(true)}
          onMembers={() => setMembersOpen(true)}
        />
        {isRenaming && <Rename session={session} words={words} onClose={closeRename} />}
        <Banner session={session} words={words} />
      </div>
      <div class="room">
        <section class="talk" inert={isMembersOpen}>
          <List session={session} words={words} locale={localeOf(language)} />
          <Composer session={session} words={words} language={language} onHelp={() => setMenuOpen(true)} />
        </section>
        {members}
      </div>
      <Whole session={session} words={words} locale={localeOf(language)} />
      {isMenuOpen && (
        <Menu session={session} words={words} preferences={preferences} onClose={() => setMenuOpen(false)} />
      )}
      <Announcer session={session} words={words} />
    </main>
  );
}
