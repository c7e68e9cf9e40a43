/** The metrics of several workers, put together. */
import { AggregatorRegistry } from 'prom-client';
import { type Metric, Metrics, type Obstacle } from '../hosting/metrics.ts';

/** Those of the chat add up. Those of the processes stay apart. */
const isOfChat = ({ name }: Metric) => name.startsWith('chat_');

/** Adds a label to what a process says of itself, in place of adding it up. */
export const labelled = (metrics: readonly Metric[], worker: string): Metric[] =>
  metrics.map((metric) =>
    isOfChat(metric)
      ? metric
      : {
          ...metric,
          values: metric.values.map((value) => ({ ...value, labels: { ...value.labels, worker } })),
        },
  );

/** What a worker that has ended leaves behind: what it has counted. */
export const counted = (metrics: readonly Metric[]): Metric[] =>
  metrics.filter((metric) => isOfChat(metric) && ['counter', 'histogram'].includes(`${metric.type}`));

/** What the primary says of itself. Of the chat, it knows only what keeps the workers from being ready. */
export async function ofPrimary(obstacles: ReadonlyMap<Obstacle, string>): Promise<Metric[]> {
  const metrics = await new Metrics().data({ obstacles });
  return labelled(metrics, 'primary').filter((metric) => !isOfChat(metric) || metric.name === 'chat_unready');
}

const addedUp = (parts: readonly (readonly Metric[])[]) => AggregatorRegistry.aggregate([...parts]);

/** Resolves to one set of metrics. */
export const sumOf = (parts: readonly (readonly Metric[])[]): Promise<Metric[]> =>
  addedUp(parts).getMetricsAsJSON();

/** Resolves to one set of metrics in the text format of Prometheus. */
export const textOf = (parts: readonly (readonly Metric[])[]): Promise<string> => addedUp(parts).metrics();
