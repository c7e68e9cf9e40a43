import type { Own } from '../../../src/protocol/own.ts';
import { type Baked, ChartView } from './chart.tsx';
import { Facts, Queues } from './facts.tsx';
import type { Step } from './step.ts';
import type { OwnWords } from './texts.ts';

export type Charts = { client: Baked; connection: Baked };

type Props = {
  charts: Charts | undefined;
  /** What the page's machine did last, and what the server has told last. */
  client: Step;
  server: Own | undefined;
  isOpen: boolean;
  words: OwnWords;
  onToggle: () => void;
};

/** A bar with a button, and while that is pressed both machines of the connection. */
export function Panel({ charts, client, server, isOpen, words, onToggle }: Props) {
  return (
    <section class="own" aria-label={words.title} data-open={isOpen ? '' : undefined}>
      <button type="button" class="own-toggle" aria-expanded={isOpen} onClick={onToggle}>
        <span>{words.title}</span>
        <code>{client.state}</code>
      </button>
      {isOpen && charts && (
        <div class="own-machines">
          <Machine name={words.client} chart={charts.client} step={client} words={words} />
          <Machine
            name={words.server}
            chart={charts.connection}
            step={server && stepOf(server)}
            queues={server}
            words={words}
          />
        </div>
      )}
    </section>
  );
}

const stepOf = ({ state, event, edge, guards = [] }: Own): Step => ({
  state,
  event,
  taken: edge === undefined ? [] : [edge],
  guards,
});

type MachineProps = {
  name: string;
  chart: Baked;
  step: Step | undefined;
  queues?: Own | undefined;
  words: OwnWords;
};

function Machine({ name, chart, step, queues, words }: MachineProps) {
  return (
    <section class="own-machine" data-machine={chart.name} aria-label={name}>
      <h2>{name}</h2>
      {step ? (
        <dl class="own-facts">
          <Facts chart={chart} step={step} words={words} />
          {queues && <Queues own={queues} words={words} />}
        </dl>
      ) : (
        <p>{words.untold}</p>
      )}
      <ChartView chart={chart} step={step} label={words.chart(name, step?.state ?? words.none)} />
    </section>
  );
}
