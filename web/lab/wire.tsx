import { useRef, useState } from 'preact/hooks';
import type { FrameHeader } from '../../src/inspect/told.ts';
import type { Language } from '../chat/words.ts';
import { access } from './address.ts';
import { clockOf } from './clock.ts';
import type { Lab } from './lab.ts';
import { Marked } from './marked.tsx';
import { momentOf, onArrows, reached } from './moments.ts';
import { NewestView, useNewest } from './newest.tsx';
import type { Line } from './picture.ts';
import { merged } from './pings.ts';
import { SignButton } from './sign.tsx';
import './wire/wire.css';
import type { WireWords } from './wire/en.ts';
import { wireWords } from './wire/words.ts';
import type { Words } from './words.ts';

/** Longer frames are cut, in characters: the beginning is shown, and the end, where a refusal has its reason. */
const most = 500;
const [head, tail] = [240, 160];
/** How many lines are shown to a reader who has not scrolled up. */
const mostShown = 150;

const audiences = ['all', 'own', 'chosen'] as const;
export type Audience = (typeof audiences)[number];

type Props = { lab: Lab; words: Words; language: Language; audience: Audience };

/** Every frame in and out, with the rules that it is an example of. */
export function WireView({ lab, words, language, audience }: Props) {
  const frame = useRef<HTMLOListElement>(null);
  // A rule's link can be opened in a page of its own.
  const [rule, setRule] = useState(() => location.hash.slice(1) || undefined);
  /** The first line that was shown before the reader scrolled up, so that what is being read stays where it is. */
  const held = useRef(0);
  const wanted = linesFor(audience, lab);
  const last = wanted.at(-1)?.number;
  const newest = useNewest(frame, last, lab.playback.isPaused);
  const lines = newest.isAway
    ? wanted.filter(({ number }) => number >= held.current)
    : wanted.slice(-mostShown);
  if (!newest.isAway) held.current = lines[0]?.number ?? 0;
  const text = lab.options.rules[language][rule ?? ''];

  return (
    <div class="body">
      {lines.length === 0 && <p class="hint">{words.wire.empty}</p>}
      <ol class="scroll lines" ref={frame} aria-label={words.wire.title} onScroll={newest.onScroll}>
        {lines.map((line) => (
          <LineView
            key={line.number}
            line={line}
            words={words}
            said={wireWords[language]}
            isLast={line.number === last}
            onRule={setRule}
            onGo={() => lab.playback.goTo(momentOf(line))}
          />
        ))}
      </ol>
      {newest.isAway && <NewestView words={words} onPress={newest.toEnd} />}
      {rule !== undefined && text !== undefined && (
        <aside class="rule" data-rule-text={rule}>
          <p role="status">
            <b>{rule}</b> <Marked text={text} />
          </p>
          <SignButton sign="✕" says={words.wire.close} onClick={() => setRule(undefined)} />
        </aside>
      )}
    </div>
  );
}

type AudienceProps = { words: Words; audience: Audience; onAudience: (audience: Audience) => void };

/** Chooses whose frames are shown. */
export function AudienceView({ words: { wire }, audience, onAudience }: AudienceProps) {
  return (
    <select
      id="audience"
      aria-label={wire.whose}
      value={audience}
      onChange={({ currentTarget }) => onAudience(currentTarget.value as Audience)}
    >
      {audiences.map((one) => (
        <option key={one} value={one}>
          {wire[one]}
        </option>
      ))}
    </select>
  );
}

/** The frames that are wanted. */
function linesFor(audience: Audience, { world, selection, playback }: Lab): Line[] {
  const lines = playback.showsPings ? merged(world.lines, world.pings.lines) : world.lines;
  if (audience === 'all') return lines;
  const selected = selection.session;
  const client = world.clientOf(selected ?? '');
  const isWanted = ({ whose }: Line) => {
    if (audience === 'own') return 'client' in whose;
    return 'client' in whose ? whose.client === client : whose.session === selected;
  };
  return lines.filter(isWanted);
}

type LineProps = {
  line: Line;
  words: Words;
  said: WireWords;
  isLast: boolean;
  onRule: (rule: string) => void;
  onGo: () => void;
};

function LineView({
  line: { whose, isOut, isHandshake, header, ending, text, expected, rules, at },
  words,
  said,
  isLast,
  onRule,
  onGo,
}: LineProps) {
  const name = 'client' in whose ? whose.client : whose.name;
  const time = clockOf(at);
  return (
    <li
      data-frame={isHandshake ? undefined : isOut ? 'out' : 'in'}
      data-handshake={isHandshake ? (isOut ? 'out' : 'in') : undefined}
      data-whose={name}
      data-own={'client' in whose ? '' : undefined}
      onClick={({ target }) => {
        // Links lead elsewhere, and text that is selected is to be copied.
        if (!(target as Element).closest('a') && getSelection()?.isCollapsed !== false) onGo();
      }}
      onKeyDown={onArrows}
    >
      <button
        type="button"
        class="moment"
        title={words.time.goTo}
        aria-label={`${words.time.goTo}: ${time}`}
        {...reached(isLast)}
      >
        <time>{time}</time>
      </button>
      <b>{name}</b>
      <span aria-hidden="true" class="way">
        {isOut ? '→' : '←'}
      </span>
      <span class="unseen">{isOut ? words.wire.out : words.wire.in}</span>
      <code>{harmless(text)}</code>
      {ending !== undefined && (
        <small class="ending" data-ending={ending}>
          {said.ending[ending][isOut ? 'client' : 'server']}
        </small>
      )}
      {header !== undefined && <small class="facts">{headerOf(header)}</small>}
      <span class="rules">
        {rules.map((rule) => (
          <a
            key={rule}
            href={`${access}#${rule}`}
            data-rule={rule}
            onClick={(event) => {
              event.preventDefault();
              onRule(rule);
            }}
          >
            {rule}
          </a>
        ))}
      </span>
      {expected !== undefined && (
        <p class="expected">
          {words.wire.expected} <code>{harmless(expected)}</code>
        </p>
      )}
    </li>
  );
}

/** `opcode 1 · FIN · MASK · 27 B`, in the words of RFC 6455. */
const headerOf = ({ opcode, isFinal = false, fragments, isMasked, length }: FrameHeader) =>
  [
    `opcode ${opcode}`,
    isFinal ? 'FIN' : fragments !== undefined && `${fragments} fragments`,
    isMasked && 'MASK',
    length !== undefined && `${length} B`,
  ]
    .filter(Boolean)
    .join(' · ');

/** Shortened in the middle; characters that are invisible or turn the text around are shown as their numbers. */
const harmless = (text: string) => {
  const over = text.length - head - tail;
  const short = text.length > most ? `${text.slice(0, head)} … (${over}) … ${text.slice(-tail)}` : text;
  return short.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${`000${character.codePointAt(0)?.toString(16)}`.slice(-4)}`,
  );
};
