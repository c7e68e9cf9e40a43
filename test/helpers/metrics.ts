/** The samples of Prometheus' text format: the value of each series, such as `chat_connections{state="closed"}`. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, series = '', value] = /^([a-z0-9_]+(?:\{.*\})?) (\S+)$/i.exec(line) ?? [];
      if (value === undefined) throw new Error(`not a sample: ${line}`);
      return [series, Number(value)];
    }),
  );
}

/** Resolves to the samples of a chat whose operations port has this address. */
export async function scrape(operations: string | undefined): Promise<Map<string, number>> {
  const response = await fetch(`${operations}metrics`);
  return samplesOf(await response.text());
}

/** The samples whose value has changed, with the difference. Only those of the chat itself. */
export function changesOf(before: Map<string, number>, after: Map<string, number>): Record<string, number> {
  const differences = [...after].map(
    ([series, value]) => [series, value - (before.get(series) ?? 0)] as const,
  );
  return Object.fromEntries(
    differences.filter(([series, change]) => series.startsWith('chat_') && change !== 0),
  );
}

/** Resolves to the status and the text of an answer. */
export async function answerOf(operations: string | undefined, path: string, method = 'GET') {
  const response = await fetch(`${operations}${path}`, { method });
  return { status: response.status, text: await response.text(), headers: response.headers };
}
