import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';
import { Mark } from '../chat/icons.tsx';
import { type Preferences, Settings, usePreferences } from '../chat/settings.tsx';
import { access } from './address.ts';
import { ClassButton, ClassView, classWords } from './class/class.tsx';
import { ClientsView } from './clients.tsx';
import { FaultsView } from './faults.tsx';
import { GlossaryView } from './glossary.tsx';
import { GuideButton, GuideView } from './guide/guide.tsx';
import type { Lab } from './lab.ts';
import { ProcessView } from './online.tsx';
import { QueuesView } from './queues/queues.tsx';
import { SequenceView } from './sequence.tsx';
import { useOpening } from './share/opening.ts';
import { shareWords } from './share/share.tsx';
import { SignButton } from './sign.tsx';
import { ChartView, MachineView, unzoomed, ZoomView } from './statechart.tsx';
import { EventsView, TimeView } from './time.tsx';
import { TimelineView } from './timeline/timeline.tsx';
import { SearchView, TreeView } from './tree.tsx';
import { WhyView } from './why/why.tsx';
import { type Audience, AudienceView, WireView } from './wire.tsx';
import { dictionaries, type Words } from './words.ts';

const sides = ['clients', 'faults'] as const;
type Side = (typeof sides)[number];

/** The whole page. At the top the time, on the left those who act, in the middle one actor's chart, on the right what flows. */
export function App({ lab, recording }: { lab: Lab; recording?: string }) {
  const [, redraw] = useReducer((draws: number) => draws + 1, 0);
  const preferences = usePreferences();
  const [isLarge, setLarge] = useState(false);
  const [side, setSide] = useState<Side>('clients');
  const [big, setBig] = useState<string>();
  const [audience, setAudience] = useState<Audience>('all');
  const [zoom, setZoom] = useState(unzoomed);
  const [machine, setMachine] = useState<string>();
  const [search, setSearch] = useState('');
  const { language } = preferences;
  const { session } = lab.selection;
  const words = dictionaries[language];
  const shared = shareWords[language];
  const flaw = useOpening(lab, recording);

  useLayoutEffect(() => lab.onChange(() => redraw(undefined as never)), [lab]);
  useLayoutEffect(() => {
    document.documentElement.dataset['type'] = isLarge ? 'large' : 'normal';
    document.title = words.title;
  }, [isLarge, words]);
  // An actor that is selected shows its own chart.
  useLayoutEffect(() => setMachine(undefined), [session]);
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => pressed(event, lab);
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [lab]);

  const isClass = big === 'class';
  const panel = (name: string, title: string, content: ComponentChildren, tools?: ComponentChildren) =>
    // The class view takes the place of all others, which need not be drawn behind it.
    isClass !== (name === 'class') ? null : (
      <section
        class={`panel ${name}`}
        data-big={big === name ? '' : undefined}
        aria-labelledby={`title-${name}`}
      >
        <header>
          <h2 id={`title-${name}`}>{title}</h2>
          {tools}
          <SignButton
            sign={big === name ? '⤡' : '⤢'}
            aria-pressed={big === name}
            says={`${big === name ? words.shrink : words.enlarge}: ${title}`}
            onClick={() => setBig(big === name ? undefined : name)}
          />
        </header>
        {content}
      </section>
    );
  const { guide } = lab;
  const { mode } = lab.playback;
  const { isOpen: isConnected, trouble } = lab.link ?? {};
  const isEmpty = lab.link === undefined && lab.playback.length === 0;

  return (
    <div
      class="page"
      data-mode={mode}
      data-connected={isConnected ? '' : undefined}
      data-guide={guide?.progress.isOpen ? '' : undefined}
    >
      <Header
        lab={lab}
        words={words}
        preferences={preferences}
        isLarge={isLarge}
        isClass={isClass}
        onLarge={setLarge}
        onClass={() => setBig(isClass ? undefined : 'class')}
      />
      {trouble !== undefined && mode !== 'replay' && (
        <p class="warning" role="alert">
          {words.trouble[trouble]}
        </p>
      )}
      {lab.isDiskFull && (
        <p class="warning" role="status">
          {words.diskFull}
        </p>
      )}
      {flaw !== undefined && (
        <p class="warning" role="alert" data-flaw={flaw}>
          {shared.flaws[flaw]}
        </p>
      )}
      {flaw === undefined && isEmpty && (
        <p class="warning" role="status">
          {shared.empty}
        </p>
      )}
      <main class="panels" data-big={big} data-shown={side}>
        {panel(
          'class',
          classWords[language].title,
          <ClassView lab={lab} words={words} language={language} isLarge={isLarge} />,
          <span class="hint">{classWords[language].keys}</span>,
        )}
        {panel(
          'side',
          words[side].title,
          side === 'clients' ? (
            <ClientsView lab={lab} words={words} />
          ) : (
            <FaultsView lab={lab} words={words} />
          ),
          lab.link && <SidesView words={words} side={side} onSide={setSide} />,
        )}
        {panel(
          'tree',
          words.tree.title,
          <TreeView lab={lab} words={words} search={search} />,
          <SearchView words={words} search={search} onSearch={setSearch} />,
        )}
        {panel(
          'chart',
          words.chart.title,
          <>
            <div class="explained">
              <ChartView {...{ lab, words, language, zoom, machine, isLarge }} onZoom={setZoom} />
              {machine === undefined && <WhyView lab={lab} language={language} />}
            </div>
            {machine === undefined && <QueuesView lab={lab} language={language} />}
          </>,
          <>
            <MachineView lab={lab} words={words} machine={machine} onMachine={setMachine} />
            <EventsView lab={lab} words={words} />
            <ZoomView zoom={zoom} words={words} onZoom={setZoom} />
          </>,
        )}
        {panel('sequence', words.sequence.title, <SequenceView lab={lab} words={words} />)}
        {panel(
          'wire',
          words.wire.title,
          <WireView lab={lab} words={words} language={language} audience={audience} />,
          <AudienceView words={words} audience={audience} onAudience={setAudience} />,
        )}
      </main>
      {guide?.progress.isOpen && <GuideView guide={guide} lab={lab} language={language} />}
      <footer class="keys">
        {words.chart.legend} · <GlossaryView lab={lab} words={words} language={language} /> · {words.keys}
        {lab.link && (
          <>
            {' · '}
            <a href={`./stately${access}`} target="_blank" rel="noopener">
              {words.stately.link}
            </a>
          </>
        )}
      </footer>
    </div>
  );
}

type HeaderProps = {
  lab: Lab;
  words: Words;
  preferences: Preferences;
  isLarge: boolean;
  isClass: boolean;
  onLarge: (isLarge: boolean) => void;
  onClass: () => void;
};

/** The title and the mode, the time, and the settings. */
function Header({ lab, words, preferences, isLarge, isClass, onLarge, onClass }: HeaderProps) {
  const { mode } = lab.playback;
  // A view that stands still does not depend on the inspector.
  const isCut = lab.link?.trouble !== undefined && (mode === 'live' || mode === 'slow');
  return (
    <header class="header">
      <div class="brand">
        <Mark />
        <h1>{words.title}</h1>
        <span class="mode" data-mode={isCut ? 'cut' : mode} role="status">
          {isCut ? words.cut : words[mode]}
        </span>
        <ProcessView lab={lab} words={words} />
        {lab.playback.dropped > 0 && (
          <span class="skipped" data-dropped>
            {words.dropped(lab.playback.dropped)}
          </span>
        )}
        {lab.world.skipped + lab.world.framesSkipped > 0 && (
          <span class="skipped">{words.skipped(lab.world.skipped, lab.world.framesSkipped)}</span>
        )}
      </div>
      <TimeView lab={lab} words={words} language={preferences.language} />
      <ClassButton language={preferences.language} isOpen={isClass} onPress={onClass} />
      {lab.guide && <GuideButton guide={lab.guide} language={preferences.language} />}
      <SignButton
        sign="A+"
        class="tool"
        aria-pressed={isLarge}
        says={`A+: ${words.largeType}`}
        onClick={() => onLarge(!isLarge)}
      />
      <Settings {...preferences} />
      <TimelineView lab={lab} language={preferences.language} />
    </header>
  );
}

type SidesProps = { words: Words; side: Side; onSide: (side: Side) => void };

/** Chooses which of two panels is shown in their common place. */
function SidesView({ words, side, onSide }: SidesProps) {
  return (
    <fieldset class="segments" aria-label={words[side].title}>
      {sides.map((name) => (
        <button
          key={name}
          type="button"
          data-side={name}
          aria-pressed={side === name}
          onClick={() => onSide(name)}
        >
          {words[name].title}
        </button>
      ))}
    </fieldset>
  );
}

/** Handles the keys of the page, unless a field or a button handles them itself. */
function pressed(event: KeyboardEvent, lab: Lab): void {
  const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (event.defaultPrevented || event.isComposing) return;
  if (ctrlKey || metaKey || altKey || !(target instanceof Element)) return;
  if (target.closest('input:not([type="range"]), textarea, select') !== null) return;
  if (key === ' ' && target.closest('button, a, summary') !== null) return;
  const press = (id: string) => document.getElementById(id)?.click();
  const step = (by: 1 | -1) => (shiftKey ? lab.stepOfChosen(by) : lab.playback.step(by));
  const actions: Record<string, () => void> = {
    ' ': () => lab.playback.pause(),
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    c: () => press('class'),
    p: () => lab.playback.showPings(),
    n: () => void lab.addClient(),
    '/': () => document.getElementById('search')?.focus(),
    '+': () => press('zoom-in'),
    '-': () => press('zoom-out'),
    '0': () => press('zoom-fit'),
  };
  const action = actions[key];
  if (action === undefined) return;
  event.preventDefault();
  action();
}
