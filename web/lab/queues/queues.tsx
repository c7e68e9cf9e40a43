import './queues.css';
import type { Language } from '../../chat/words.ts';
import { clockOf, durationOf } from '../clock.ts';
import { firstFrom } from '../first.ts';
import type { Lab } from '../lab.ts';
import { HandshakeView } from '../wire/handshake.tsx';
import { type Batch, countOf } from './batches.ts';
import { en, type QueueWords } from './en.ts';
import { spansOf } from './spans.ts';
import { vi } from './vi.ts';

const queueWords: Record<Language, QueueWords> = { en, vi };
/** The actors on the way into the order. */
const ordering = ['mailbox', 'room', 'ledger'];
/** Entries with this time or an earlier one have happened by then; times are whole or finer. */
const msInEntry = 0.001;
/** How many commits are listed. */
const mostShown = 12;

type Props = { lab: Lab; language: Language };

/** What waits in the selected actor: in a connection, or on the way into the order. */
export function QueuesView({ lab, language }: Props) {
  const { world, selection } = lab;
  const actor = world.actors.get(selection.session ?? '');
  const said = queueWords[language];
  if (actor === undefined) return null;
  if (ordering.includes(actor.name)) return <BatchesView lab={lab} said={said} />;
  if (actor.machine !== 'connection') return null;
  const spans = spansOf(world.waiting.of(actor.session), world.at);
  const { frames, isPaused, waitingBytes } = spans.at(-1) ?? { frames: 0, isPaused: false, waitingBytes: 0 };
  const go = goTo(lab);
  return (
    <section class="queues" data-queues={actor.name} aria-label={said.title(actor.name)}>
      <p>
        <span data-frames={frames}>
          {said.frames(frames)}
          {isPaused && ` · ${said.paused}`}
        </span>
        <Bars bars={barsOf(spans, 'frames')} onGo={go} />
      </p>
      <p>
        <span data-bytes={waitingBytes}>{said.bytes(waitingBytes)}</span>
        <Bars bars={barsOf(spans, 'waitingBytes')} onGo={go} />
      </p>
      <ScaleView spans={spans} said={said} />
      {actor.handshake && <HandshakeView handshake={actor.handshake} name={actor.name} language={language} />}
    </section>
  );
}

/** Leads to what had happened by a time. */
const goTo =
  ({ playback }: Lab) =>
  (at: number) =>
    playback.seek(firstFrom(playback.shown, at + msInEntry));

function barsOf<Field extends string>(
  spans: readonly ({ at: number; ms: number } & Record<Field, number>)[],
  field: Field,
) {
  return spans.map(({ at, ms, [field]: value }) => ({ at, ms, value }));
}

/** How long the time is over which bars stand. */
function ScaleView({ spans, said }: { spans: readonly { ms: number }[]; said: QueueWords }) {
  const wholeMs = spans.reduce((sum, { ms }) => sum + ms, 0);
  if (wholeMs === 0) return null;
  return (
    <p class="scale" data-scale={wholeMs}>
      {said.scale(wholeMs)}
    </p>
  );
}

type BarsProps = { bars: { at: number; ms: number; value: number }[]; onGo: (at: number) => void };

/**
 * As wide as they lasted, and as high as what waited. The numbers beside them say the same as the last one, and the time
 * line leads by keyboard where a click on a bar does.
 */
function Bars({ bars, onGo }: BarsProps) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <span class="bars" aria-hidden="true">
      {bars.map(({ at, ms, value }, index) => (
        <button key={index} type="button" tabIndex={-1} style={{ flexGrow: ms }} onClick={() => onGo(at)}>
          <i style={{ blockSize: `${(value / most) * 100}%` }} />
        </button>
      ))}
    </span>
  );
}

/** What waits before the ledger, and the last commits with what is in them. */
function BatchesView({ lab, said }: { lab: Lab; said: QueueWords }) {
  const { batches, at } = lab.world;
  const { mailbox, waiting } = batches.depth;
  const spans = spansOf(batches.depths, at);
  const go = goTo(lab);
  const shown = batches.past.slice(-mostShown).reverse();
  const longest = Math.max(1, ...shown.map(msOf));
  return (
    <section class="queues order" data-order aria-label={said.order}>
      <p>
        <span data-mailbox={mailbox}>{said.mailbox(mailbox)}</span>
        <Bars bars={barsOf(spans, 'mailbox')} onGo={go} />
      </p>
      <p>
        <span data-waiting={waiting}>{said.waiting(waiting)}</span>
        <Bars bars={barsOf(spans, 'waiting')} onGo={go} />
      </p>
      <ScaleView spans={spans} said={said} />
      {shown.length === 0 && <p class="scale">{said.none}</p>}
      <ol>
        {shown.map((batch) => (
          <li key={`${batch.at} ${batch.acts.length}`}>
            <BatchView batch={batch} longestMs={longest} said={said} />
          </li>
        ))}
      </ol>
    </section>
  );
}

type BatchProps = { batch: Batch; longestMs: number; said: QueueWords };

/** A commit as one bar, which opens to what is in it. */
function BatchView({ batch, longestMs, said }: BatchProps) {
  const count = countOf(batch.acts);
  return (
    <details data-batch={count}>
      <summary>
        <time>{clockOf(batch.at)}</time>
        <span class="size">{said.batch(count)}</span>
        <span class="track" aria-hidden="true">
          <i style={{ inlineSize: `${(msOf(batch) / longestMs) * 100}%` }} />
        </span>
        <span class="ms">{batch.until === undefined ? said.underWay : durationOf(msOf(batch))}</span>
      </summary>
      <ul>
        {batch.acts.map(({ type, by, more }, index) => (
          <li key={index}>{more === undefined ? `${by} ${type}` : said.more(more)}</li>
        ))}
      </ul>
    </details>
  );
}

const msOf = ({ at, until = at }: Batch) => until - at;
