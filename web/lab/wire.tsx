import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../chat/words.ts';
import type { Lab } from './lab.ts';
import type { Words } from './words.ts';
import type { Line } from './world.ts';

/** Most characters of a frame that are shown. */
const most = 400;
const mostShown = 150;

/** Every frame of the page's clients, with the rule that it is an example of. */
export function WireView({ lab, words, language }: { lab: Lab; words: Words; language: Language }) {
  const frame = useRef<HTMLOListElement>(null);
  const [rule, setRule] = useState<string>();
  const { lines } = lab.world;
  const last = lines.at(-1)?.number;
  useLayoutEffect(() => frame.current?.scrollTo({ top: frame.current.scrollHeight }), [last]);
  const text = lab.options.rules[language][rule ?? ''];

  return (
    <div class="body">
      {lines.length === 0 && <p class="hint">{words.wire.empty}</p>}
      <ol class="scroll lines" ref={frame} aria-label={words.wire.title}>
        {lines.slice(-mostShown).map((line) => (
          <LineView key={line.number} line={line} words={words} onRule={setRule} />
        ))}
      </ol>
      {rule !== undefined && text !== undefined && (
        <aside class="rule" data-rule-text={rule}>
          <p role="status">
            <b>{rule}</b> <Marked text={text} />
          </p>
          <button
            type="button"
            class="small"
            aria-label={words.wire.close}
            onClick={() => setRule(undefined)}
          >
            <span aria-hidden="true">✕</span>
          </button>
        </aside>
      )}
    </div>
  );
}

type LineProps = { line: Line; words: Words; onRule: (rule: string) => void };

function LineView({ line: { client, isOut, text, rules, at }, words, onRule }: LineProps) {
  return (
    <li data-frame={isOut ? 'out' : 'in'} data-client={client}>
      <time>{new Date(at).toTimeString().slice(0, 8)}</time>
      <b>{client}</b>
      <span aria-hidden="true" class="way">
        {isOut ? '→' : '←'}
      </span>
      <span class="unseen">{isOut ? words.wire.out : words.wire.in}</span>
      <code>{harmless(text)}</code>
      <span class="rules">
        {rules.map((rule) => (
          <a
            key={rule}
            href={`#${rule}`}
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
    </li>
  );
}

/** Shortened, and with characters that nobody sees, or that turn others round, as their numbers. */
const harmless = (text: string) => {
  const short = text.length > most ? `${text.slice(0, most)}… (${text.length})` : text;
  return short.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${`000${character.codePointAt(0)?.toString(16)}`.slice(-4)}`,
  );
};

/** Code between backquotes, and emphasis. */
const Marked = ({ text }: { text: string }) => (
  <>
    {text.split(/(`[^`]+`|\*[^*]+\*)/).map((part) => {
      if (part.startsWith('`')) return <code>{part.slice(1, -1)}</code>;
      return part.startsWith('*') ? <em>{part.slice(1, -1)}</em> : part;
    })}
  </>
);
