import type { Lab } from './lab.ts';
import type { Words } from './words.ts';

type Props = { lab: Lab; words: Words };

/** What waits in the selected connection, and a bar for each of the last changes. */
export function QueuesView({ lab, words: { queues: said } }: Props) {
  const { world, selection } = lab;
  const actor = world.actors.get(selection.session ?? '');
  if (actor?.machine !== 'connection') return null;
  const waits = world.waiting.of(actor.session);
  const now = waits.at(-1);
  return (
    <section class="queues" data-queues={actor.name} aria-label={said.title(actor.name)}>
      <h3>{said.title(actor.name)}</h3>
      <p data-frames={now?.frames ?? 0}>
        {said.frames(now?.frames ?? 0)}
        {now?.isPaused && ` · ${said.paused}`}
      </p>
      <Bars values={waits.map(({ frames }) => frames)} />
      <p data-bytes={now?.waitingBytes ?? 0}>{said.bytes(now?.waitingBytes ?? 0)}</p>
      <Bars values={waits.map(({ waitingBytes }) => waitingBytes)} />
    </section>
  );
}

/** The numbers beside them say the same as the last bar. */
function Bars({ values }: { values: number[] }) {
  const most = Math.max(1, ...values);
  return (
    <div class="bars" aria-hidden="true">
      {values.map((value, index) => (
        <i key={index} style={{ blockSize: `${(value / most) * 100}%` }} />
      ))}
    </div>
  );
}
