/** A panel beside the chat with two machines: that of this page's client, and the server's for this very connection. */
import { type ComponentChildren, render } from 'preact';
import { useState } from 'preact/hooks';
import { labelsOf } from '../../../src/charts/chart.ts';
import type { Own } from '../../../src/protocol/own.ts';
import { recall, remember } from '../storage.ts';
import { type Baked, ChartView } from './chart.tsx';
import styles from './own.css?inline';
import { dictionaries, type OwnWords } from './texts.ts';

type Charts = { client: Baked; connection: Baked };
/** What the client's machine has done last. */
export type ClientStep = { state: string; event: string; edge: string | undefined };

/** Puts the panel into the page, closed unless it was open before. Returns what tells it of both machines. */
export function mount() {
  let charts: Charts | undefined;
  let client: ClientStep | undefined;
  let server: Own | undefined;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets.push(sheet);
  const place = document.createElement('div');
  document.body.append(place);
  const draw = () => {
    const words = dictionaries[document.documentElement.lang === 'vi' ? 'vi' : 'en'];
    render(<Panel charts={charts} client={client} server={server} words={words} />, place);
  };
  // The language of the page is that of the panel.
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ['lang'] });
  void fetch('./own.json')
    .then((response) => response.json())
    .then((read) => {
      charts = read;
      draw();
    });
  draw();
  return {
    tellClient(step: ClientStep): void {
      client = step;
      draw();
    },
    tellServer(own: Own): void {
      server = own;
      draw();
    },
  };
}

type Props = {
  charts: Charts | undefined;
  client: ClientStep | undefined;
  server: Own | undefined;
  words: OwnWords;
};

function Panel({ charts, client, server, words }: Props) {
  const [isOpen, setOpen] = useState(() => recall('sessionStorage', 'own') !== null);
  const toggle = () => {
    remember('sessionStorage', 'own', isOpen ? undefined : 'open');
    setOpen(!isOpen);
  };
  document.documentElement.toggleAttribute('data-own', isOpen);
  return (
    <>
      <button type="button" id="own" class="own-button" aria-expanded={isOpen} onClick={toggle}>
        {words.title}
      </button>
      {isOpen && charts !== undefined && (
        <section class="own" aria-label={words.title}>
          <MachineView chart={charts.client} title={words.client} step={client} words={words} />
          <MachineView chart={charts.connection} title={words.server} step={server} words={words}>
            {server && <Facts own={server} words={words} />}
          </MachineView>
        </section>
      )}
    </>
  );
}

type MachineProps = {
  chart: Baked;
  title: string;
  step: { state: string; event?: string; edge?: string | undefined } | undefined;
  words: OwnWords;
  children?: ComponentChildren;
};

function MachineView({ chart, title, step, words, children }: MachineProps) {
  return (
    <figure data-machine={chart.name}>
      <figcaption>
        <b>{title}</b> <code data-now>{step?.state ?? words.untold}</code>
        <br />
        {words.event}: <code>{labelsOf(chart, [step?.edge ?? ''])[0] ?? step?.event ?? '–'}</code>
        {children}
      </figcaption>
      <ChartView chart={chart} state={step?.state ?? ''} edge={step?.edge} />
    </figure>
  );
}

/** What waits, and how long it took. */
function Facts({ own, words }: { own: Own; words: OwnWords }) {
  return (
    <dl>
      {own.guard && (
        <div>
          <dt>{words.guard}</dt>
          <dd data-guard={own.guard.verdict}>
            <code>
              {own.guard.guard} = {`${own.guard.verdict}`}
            </code>
          </dd>
        </div>
      )}
      {words.facts(own).map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
