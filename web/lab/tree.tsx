import { useRef, useState } from 'preact/hooks';
import type { Lab } from './lab.ts';
import { noteOf } from './note.ts';
import { OnlineView } from './online.tsx';
import type { Actor } from './picture.ts';
import { SignButton } from './sign.tsx';
import { useSize } from './size.ts';
import type { Words } from './words.ts';

type Props = { lab: Lab; words: Words; search: string };

/** How many children of one actor are listed; the others can be found by searching. */
const most = 60;

/** The living actors as a tree. Of many siblings the newest come first. */
export function TreeView({ lab, words, search }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const { world } = lab;
  const selected = lab.selection.session;
  const alive = [...world.actors.values()].filter(
    ({ status, session }) => status === 'active' || session === selected,
  );
  const children = new Map<string | undefined, Actor[]>();
  for (const actor of alive) {
    const parent = world.actors.has(actor.parent ?? '') ? actor.parent : undefined;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [actor]);
    else siblings.push(actor);
  }
  const wanted = search.trim().toLowerCase();
  const suits = ({ name, leaf, nickname, session }: Actor) =>
    `${name} ${leaf} ${nickname ?? ''} ${world.clientOf(session) ?? ''}`.toLowerCase().includes(wanted);

  function toggle(session: string): void {
    const next = new Set(folded);
    if (!next.delete(session)) next.add(session);
    setFolded(next);
  }

  const item = (actor: Actor) => {
    const { session, name, leaf, machine } = actor;
    const inner = children.get(session) ?? [];
    const isOpen = !folded.has(session);
    const owner = world.clientOf(session);
    const note = noteOf(actor, words);
    return (
      <li key={session}>
        <div
          class="actor"
          data-actor={name}
          data-leaf={leaf}
          data-machine={machine}
          data-status={actor.status}
        >
          {inner.length > 0 ? (
            <SignButton
              sign={isOpen ? '▾' : '▸'}
              class="fold"
              aria-expanded={isOpen}
              says={words.tree.fold(name)}
              onClick={() => toggle(session)}
            />
          ) : (
            <span class="fold" />
          )}
          <button
            type="button"
            class="pick"
            aria-current={session === selected ? 'true' : undefined}
            onClick={() => lab.choose(session)}
          >
            <span class="name">{name}</span>
            {owner !== undefined && <span class="owner">{owner}</span>}
            <LeafView leaf={leaf} />
            {note !== undefined && <span class="note">{note}</span>}
            {inner.length > most && <span class="count">{inner.length}</span>}
          </button>
        </div>
        {inner.length > 0 && isOpen && list(inner)}
      </li>
    );
  };

  const list = (actors: Actor[]) => {
    const isMany = actors.length > 8;
    const suiting = isMany ? actors.filter(suits).reverse() : actors;
    const shown = suiting.slice(0, most);
    // The chosen actor is always listed.
    const chosen = isMany ? suiting.slice(most).find(({ session }) => session === selected) : undefined;
    const rest = suiting.length - shown.length;
    return (
      <ul>
        {isMany && wanted === '' && (
          <li class="summary">
            {summaryOf(actors)
              .map(([leaf, count]) => `${leaf} ${count}`)
              .join(' · ')}
          </li>
        )}
        {chosen !== undefined && item(chosen)}
        {shown.map(item)}
        {rest > 0 && <li class="more">{words.tree.more(rest)}</li>}
      </ul>
    );
  };
  const found = wanted === '' ? undefined : alive.filter(suits);
  const isListed = alive.some(({ session }) => session === selected);

  useSize(frame, showChosen, [selected, isListed]);

  return (
    <div class="body">
      <div class="scroll" ref={frame}>
        {found === undefined ? (
          list(children.get(undefined) ?? [])
        ) : (
          <ul>
            {found.slice(0, most).map((actor) => item(actor))}
            {found.length > most && <li class="more">{words.tree.more(found.length - most)}</li>}
          </ul>
        )}
        <OnlineView lab={lab} words={words} />
      </div>
    </div>
  );
}

/** A state whose own name is always shown, while there may be no room for the names of those around it. */
function LeafView({ leaf }: { leaf: string }) {
  const own = leaf.lastIndexOf('.') + 1;
  return (
    <span class="leaf">
      {own > 0 && <span class="around">{leaf.slice(0, own)}</span>}
      <span>{leaf.slice(own)}</span>
    </span>
  );
}

type SearchProps = { words: Words; search: string; onSearch: (search: string) => void };

export const SearchView = ({ words, search, onSearch }: SearchProps) => (
  <input
    id="search"
    class="field"
    type="search"
    aria-label={words.tree.search}
    placeholder={words.tree.placeholder}
    value={search}
    onInput={({ currentTarget }) => onSearch(currentTarget.value)}
  />
);

/** Scrolls the list, and nothing around it, so that the chosen actor is in sight. */
function showChosen(list: Element): void {
  const chosen = list.querySelector('[aria-current]')?.getBoundingClientRect();
  const room = list.getBoundingClientRect();
  if (chosen === undefined) return;
  if (chosen.top < room.top) list.scrollBy({ top: chosen.top - room.top });
  else if (chosen.bottom > room.bottom) list.scrollBy({ top: chosen.bottom - room.bottom });
}

/** The number of actors in each state. */
function summaryOf(actors: Actor[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { leaf } of actors) counts.set(leaf, (counts.get(leaf) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}
