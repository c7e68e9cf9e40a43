import type { ComponentChildren } from 'preact';
import { labelsOf } from '../../../src/charts/chart.ts';
import type { Judged, Own } from '../../../src/protocol/own.ts';
import type { Baked } from './chart.tsx';
import type { Step } from './step.ts';
import type { OwnWords } from './texts.ts';

type Props = { chart: Baked; step: Step; words: OwnWords };

/** The last step of a machine in words. */
export function Facts({ chart, step: { state, event, taken, guards }, words }: Props) {
  return (
    <>
      <Fact term={words.state} name="state">
        <code>{state}</code>
      </Fact>
      <Fact term={words.event} name="event">
        {event === undefined ? words.none : <code>{event}</code>}
      </Fact>
      <Fact term={words.edge} name="edge">
        {taken.length === 0 ? words.none : <code>{labelsOf(chart, taken).join('; ')}</code>}
      </Fact>
      <Fact term={words.guards} name="guards">
        {guards.length === 0 ? words.none : <Guards guards={guards} words={words} />}
      </Fact>
    </>
  );
}

/** What waits at the server, and how long it took. */
export function Queues({ own: { inbox, paused, waiting, batch, ms }, words }: { own: Own; words: OwnWords }) {
  return (
    <>
      <Fact term={words.inbox} name="inbox">
        {inbox}
      </Fact>
      <Fact term={words.paused} name="paused">
        {words.isPaused[`${paused}`]}
      </Fact>
      <Fact term={words.waiting} name="waiting">
        {waiting}
      </Fact>
      <Fact term={words.batch} name="batch">
        {batch ?? '–'}
      </Fact>
      <Fact term={words.ms} name="ms">
        {ms} ms
      </Fact>
    </>
  );
}

function Fact({ term, name, children }: { term: string; name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd data-fact={name}>{children}</dd>
    </div>
  );
}

/** `isContent = false: 104 characters, at most 100`, and the same of each guard that it asks. */
function Guards({ guards, words }: { guards: readonly Judged[]; words: OwnWords }) {
  return (
    <ul>
      {guards.map(({ guard, verdict, facts, parts = [] }) => (
        <li key={guard}>
          <code data-verdict={verdict}>
            {guard} = {`${verdict}`}
          </code>
          {facts.length > 0 && `: ${facts.map((fact) => saidOf(fact, words)).join('; ')}`}
          {parts.length > 0 && <Guards guards={parts} words={words} />}
        </li>
      ))}
    </ul>
  );
}

/** A server of another version may have kinds of facts that are not known here. */
function saidOf(fact: Judged['facts'][number], { says }: OwnWords): string {
  const known = says as Record<string, (fact: never) => string>;
  return known[fact.kind]?.(fact as never) ?? fact.kind;
}
