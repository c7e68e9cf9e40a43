import './class.css';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Language } from '../../chat/words.ts';
import type { Lab } from '../lab.ts';
import { SignButton } from '../sign.tsx';
import type { Words } from '../words.ts';
import { type ClassWords, en } from './en.ts';
import { SeatView } from './seat.tsx';
import { everybody, type Filter, leavesOf, moved, type Seat, seatsOf, suits } from './seats.ts';
import { SpotlightView } from './spotlight.tsx';
import { vi } from './vi.ts';

export const classWords: Record<Language, ClassWords> = { en, vi };

type Props = { lab: Lab; words: Words; language: Language; isLarge: boolean };

/** All connections at once, or one of them so large that a whole class can see it. */
export function ClassView({ lab, words, language, isLarge }: Props) {
  const grid = useRef<HTMLUListElement>(null);
  const [filter, setFilter] = useState(everybody);
  const [spot, setSpot] = useState<string>();
  /** Where the grid was left, or was pointed to last. */
  const [reached, setReached] = useState<string>();
  const said = classWords[language];
  const seats = seatsOf(lab.world);
  const shown = seats.filter((seat) => suits(seat, filter));
  const place = Math.max(
    0,
    shown.findIndex(({ session }) => session === reached),
  );

  const pick = useMemo(
    () => (session: string) => {
      lab.choose(session);
      setReached(session);
      setSpot(session);
    },
    [lab],
  );

  /** Back to the grid, where the connection is that was in the spotlight. */
  function leave(): void {
    setSpot(undefined);
  }
  useLayoutEffect(() => {
    if (spot === undefined && reached !== undefined) seatIn(grid.current, reached)?.focus();
  }, [spot]);

  useLayoutEffect(() => {
    if (spot === undefined) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const { key, target, defaultPrevented } = event;
      if (defaultPrevented || (target instanceof Element && target.closest('select, dialog') !== null))
        return;
      if (key === 'Escape') leave();
      const index = shown.findIndex(({ session }) => session === spot);
      const next = moved(key, index, 1, shown.length);
      if (next === undefined || (key !== 'ArrowUp' && key !== 'ArrowDown')) return;
      event.preventDefault();
      pick(`${shown[next]?.session}`);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });

  function onKeyDown(event: KeyboardEvent): void {
    const to = moved(event.key, place, columnsOf(grid.current), shown.length);
    const next = to === undefined ? undefined : shown[to];
    if (next === undefined) return;
    event.preventDefault();
    setReached(next.session);
    seatIn(grid.current, next.session)?.focus();
  }

  if (spot !== undefined)
    return (
      <SpotlightView
        lab={lab}
        words={words}
        language={language}
        said={said}
        seat={seats.find(({ session }) => session === spot)}
        isLarge={isLarge}
        onBack={leave}
      />
    );
  return (
    <div class="body class">
      <FilterView said={said} filter={filter} seats={seats} shown={shown.length} onFilter={setFilter} />
      {shown.length === 0 && <p class="hint">{seats.length === 0 ? said.empty : said.none}</p>}
      <ul
        class="scroll seats"
        ref={grid}
        data-size={sizeFor(shown.length)}
        data-seats={shown.length}
        onKeyDown={onKeyDown}
        onFocusIn={({ target }) => setReached((target as HTMLElement).dataset['session'])}
      >
        {shown.map((seat, index) => (
          <SeatView key={seat.session} seat={seat} said={said} isReached={index === place} onPick={pick} />
        ))}
      </ul>
    </div>
  );
}

type FilterProps = {
  said: ClassWords;
  filter: Filter;
  seats: readonly Seat[];
  shown: number;
  onFilter: (filter: Filter) => void;
};

function FilterView({ said, filter, seats, shown, onFilter }: FilterProps) {
  const leaves = leavesOf(seats);
  const isGone = filter.leaf !== '' && leaves.every(([leaf]) => leaf !== filter.leaf);
  return (
    <div class="filter">
      <input
        id="search"
        class="field"
        type="search"
        aria-label={said.text}
        placeholder={said.placeholder}
        value={filter.text}
        onInput={({ currentTarget }) => onFilter({ ...filter, text: currentTarget.value })}
      />
      <select
        id="class-state"
        aria-label={said.state}
        value={filter.leaf}
        onChange={({ currentTarget }) => onFilter({ ...filter, leaf: currentTarget.value })}
      >
        <option value="">{said.all(seats.length)}</option>
        {[...leaves, ...(isGone ? [[filter.leaf, 0] as const] : [])].map(([leaf, count]) => (
          <option key={leaf} value={leaf}>
            {leaf} ({count})
          </option>
        ))}
      </select>
      <label class="check">
        <input
          type="checkbox"
          id="class-waiting"
          checked={filter.isWaiting}
          onInput={({ currentTarget }) => onFilter({ ...filter, isWaiting: currentTarget.checked })}
        />
        {said.waiting}
      </label>
      <output class="shown">{said.shown(shown, seats.length)}</output>
    </div>
  );
}

/** Opens the class view and leads back from it. */
export function ClassButton({
  language,
  isOpen,
  onPress,
}: {
  language: Language;
  isOpen: boolean;
  onPress: () => void;
}) {
  const said = classWords[language];
  return (
    <SignButton
      sign="▦"
      id="class"
      class="tool"
      aria-pressed={isOpen}
      says={isOpen ? said.back : said.open}
      onClick={onPress}
    />
  );
}

/** The more there are, the smaller they are. */
function sizeFor(count: number): 'large' | 'medium' | 'small' {
  if (count <= 32) return 'large';
  return count <= 90 ? 'medium' : 'small';
}

const seatIn = (grid: Element | null, session: string) =>
  grid?.querySelector<HTMLElement>(`[data-session="${CSS.escape(session)}"]`);

/** How many seats stand in the first row. */
function columnsOf(grid: Element | null): number {
  const [first, ...others] = Array.from(grid?.children ?? [], (seat) => seat.getBoundingClientRect().top);
  const isBelow = others.findIndex((top) => top !== first);
  return isBelow < 0 ? others.length + 1 : isBelow + 1;
}
