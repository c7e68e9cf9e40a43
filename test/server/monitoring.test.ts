/** The dashboard and the alerts in `docs` against the real metrics: every metric, label and value that they name exists. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createChat } from '../../src/chat.ts';
import { labelled, textOf } from '../../src/workers/sums.ts';
import { answerOf } from '../helpers/metrics.ts';
import { newFolder, newServer } from '../helpers/server.ts';

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');

/** What Prometheus and Grafana add by themselves. */
const added = new Set(['up', 'instance', 'job']);
/** Words of PromQL that are no names of metrics or labels. */
const words = /^(?:sum|max|by|rate|time|histogram_quantile|and|or)$/;

type Panel = { title: string; targets: { expr: string; legendFormat: string }[] };

/** The queries of the dashboard, each with the labels that its legend shows. */
function dashboardQueries(): { query: string; shown: string[] }[] {
  const { panels } = JSON.parse(read('grafana.json')) as { panels: Panel[] };
  return panels.flatMap(({ targets }) =>
    targets.map(({ expr, legendFormat }) => {
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => `${label}`);
      return { query: expr, shown };
    }),
  );
}

const alertQueries = () =>
  [...read('prometheus-rules.yml').matchAll(/^ +expr: (.+)$/gm)].map(([, query]) => `${query}`);

type Known = Map<string, Record<string, Set<string>>>;

/** The metrics of a chat, and those of a worker, with the values of their labels. */
async function knownMetrics(): Promise<Known> {
  const { chat } = await newServer({ opsPort: 0 });
  const { text } = await answerOf(chat.operations, 'metrics');
  const worker = await createChat({ isWorker: true, opsPort: 0, data: join(await newFolder(), 'data.json') });
  onTestFinished(() => worker.close());
  const report = await worker.report();
  const texts = `${text}\n${await textOf([labelled(report?.metrics ?? [], '1')])}`;
  const known: Known = new Map();
  for (const [, name = '', labels = ''] of texts.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const values = known.get(name) ?? {};
    known.set(name, values);
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
      values[label] ??= new Set();
      values[label].add(value);
    }
  }
  return known;
}

/** What a query names that does not exist: metrics, labels, and values of labels. */
function unknownIn(query: string, shown: readonly string[], known: Known): string[] {
  const unknown: string[] = [];
  const labels = new Set(added);
  const bare = query.replace(/\[[^\]]*\]/g, '').replace(/\bby \(([^)]*)\)/g, (_, names: string) => {
    shown = [...shown, ...names.split(', ')];
    return '';
  });
  for (const [, name = '', matchers = ''] of bare.matchAll(/\b([a-z_]\w*)\b(?:\{(.*?)\})?(?![\w"=~])/g)) {
    if (words.test(name) || added.has(name)) continue;
    const values = known.get(name);
    if (values === undefined) unknown.push(name);
    for (const label of Object.keys(values ?? {})) labels.add(label);
    for (const [, label = '', kind = '', value = ''] of matchers.matchAll(/(\w+)(=~?)"([^"]*)"/g)) {
      const pattern = kind === '=' ? [value] : value.split('|');
      const exists = (one: string) =>
        [...(values?.[label] ?? [])].some((it) => new RegExp(`^(?:${one})$`).test(it));
      if (!added.has(label) && !pattern.every(exists)) unknown.push(`${name} ${label}=${value}`);
    }
  }
  return [...unknown, ...shown.filter((label) => !labels.has(label))];
}

test('the dashboard asks only for metrics, labels and values that there are', async () => {
  const known = await knownMetrics();
  const queries = dashboardQueries();
  expect(queries.length).toBeGreaterThan(20);
  for (const { query, shown } of queries) expect(unknownIn(query, shown, known), query).toEqual([]);
});

test('the alerts ask only for metrics, labels and values that there are', async () => {
  const known = await knownMetrics();
  const queries = alertQueries();
  expect(queries).toHaveLength([...read('prometheus-rules.yml').matchAll(/- alert: /g)].length);
  for (const query of queries) expect(unknownIn(query, [], known), query).toEqual([]);
});

test('what does not exist is found in a query', async () => {
  const known = await knownMetrics();
  for (const [query, shown, unknown] of [
    ['sum(chat_conections)', [], ['chat_conections']],
    ['chat_connections{state="registered"}', [], ['chat_connections state=registered']],
    ['chat_connections{stat=~".*"}', [], ['chat_connections stat=.*']],
    ['chat_unready{reason=~"starting|late"}', [], ['chat_unready reason=starting|late']],
    ['sum by (comand) (rate(chat_requests_total[5m]))', [], ['comand']],
    ['chat_data_bytes > 0.9 * chat_max_data_byte', ['name'], ['chat_max_data_byte', 'name']],
  ] as const)
    expect(unknownIn(query, shown, known)).toEqual(unknown);
});
