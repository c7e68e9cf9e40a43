/** The measured figures as Markdown, each beside what it is compared with. */

const columns = [
  ['deliveriesPerSecond', 'deliveries/s', (value) => `${(value / 1000).toFixed(0)}k`],
  ['cpuPerDelivery', 'CPU µs per delivery', (value) => value.toFixed(2)],
  ['ackP50', 'send→ack p50', (value) => `${value.toFixed(1)} ms`],
  ['ackP99', 'p99', (value) => `${value.toFixed(1)} ms`],
  ['lastP50', 'send→last p50', (value) => `${value.toFixed(1)} ms`],
  ['lastP99', 'p99', (value) => `${value.toFixed(1)} ms`],
  ['rss', 'RSS', (value) => `${(value / 1e6).toFixed(0)} MB`],
];

const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const share = (value, base) => (value !== undefined && base ? (value / base).toFixed(2) : '–');

function fanOutTable(servers) {
  const rows = Object.entries(servers).map(([name, figures]) => [
    name,
    ...columns.map(([key, , show]) => show(figures[key])),
  ]);
  return table(['server', ...columns.map(([, title]) => title)], rows);
}

/** This server's figures as shares of its peers'. */
function ratioTable(fanOut) {
  const rows = Object.entries(fanOut).map(([label, { ours, floor, uws, 'socket.io': io }]) => [
    label,
    share(ours?.cpuPerDelivery, io?.cpuPerDelivery),
    share(ours?.cpuPerDelivery, floor?.cpuPerDelivery),
    share(ours?.deliveriesPerSecond, io?.deliveriesPerSecond),
    share(ours?.deliveriesPerSecond, uws?.deliveriesPerSecond),
  ]);
  return table(
    [
      'scenario',
      'CPU of socket.io',
      'CPU of the floor',
      'deliveries/s of socket.io',
      'deliveries/s of uWebSockets',
    ],
    rows,
  );
}

const perSecond = (value) => (value === undefined ? '–' : Math.round(value).toLocaleString('en'));

/** Each beside the server that has no inspector, of the same rounds. */
function watchingTable(servers) {
  const base = servers['no inspector'];
  const [[, , thousands], [, , microseconds], [, , milliseconds]] = columns;
  const rows = Object.entries(servers).map(([name, figures]) => [
    name,
    thousands(figures.deliveriesPerSecond),
    share(figures.deliveriesPerSecond, base?.deliveriesPerSecond),
    microseconds(figures.cpuPerDelivery),
    share(figures.cpuPerDelivery, base?.cpuPerDelivery),
    milliseconds(figures.ackP50),
    milliseconds(figures.ackP99),
    perSecond(figures.eventsPerSecond),
    perSecond(figures.skippedPerSecond),
    figures.watcherCpuShare === undefined ? '–' : `${(figures.watcherCpuShare * 100).toFixed(0)} %`,
  ]);
  return table(
    [
      'server',
      'deliveries/s',
      'of no inspector',
      'CPU µs per delivery',
      'of no inspector',
      'send→ack p50',
      'p99',
      'events/s told',
      'skipped/s',
      'CPU of the watcher',
    ],
    rows,
  );
}

function historyTable(history) {
  const rows = Object.entries(history).map(([messages, figures]) => [
    Number(messages).toLocaleString('en'),
    `${figures.startMs.toFixed(0)} ms`,
    `${figures.ackP50.toFixed(2)} ms`,
    `${figures.ackP99.toFixed(1)} ms`,
    `${figures.longestBlock.toFixed(1)} ms`,
    `${figures.getMs.toFixed(0)} ms`,
    share(figures.getCpu, figures.stringifyCpu),
    `${(figures.rss / 1e6).toFixed(0)} MB`,
  ]);
  return table(
    [
      'messages',
      'start',
      'send→ack p50',
      'p99',
      'longest block meanwhile',
      'whole `get`',
      'its CPU, of JSON.stringify',
      'RSS',
    ],
    rows,
  );
}

function othersTable(others) {
  const rows = Object.entries(others).flatMap(([scenario, servers]) =>
    Object.entries(servers).map(([name, figures]) => [
      scenario,
      name,
      Object.entries(figures)
        .map(([key, value]) => `${key} ${Number(value.toPrecision(4)).toLocaleString('en')}`)
        .join(', '),
    ]),
  );
  return table(['scenario', 'server', 'figures'], rows);
}

/** The whole page. */
export function report(
  { quick, rounds, fanOut, watching, history, others },
  { model, cores, node, versions, notes },
) {
  const parts = [
    '# Benchmarks',
    `Made by \`npm run bench${quick ? ' -- --quick' : ''}\` on ${cores} × ${model}, Node ${node}; medians of ${rounds} interleaved ` +
      'round(s). Server and load share the machine, so compare figures of one run only. Every member checks every event: ' +
      'a run in which one was missing, doubled or out of order is no result.',
    `Peers: ${versions}.`,
    '**ours**: this server, durable, with all its states and checks. **floor**: the least that could do the same durably. ' +
      'The others keep everything in memory and store nothing.',
    '**N** members; **W** messages under way at any time, in all; **S** senders, who share them: W=64 has 64 senders with ' +
      'one message each, S=10 W=64 ten senders with six or seven each. **40/s**: so many messages a second, each from ' +
      'somebody else.',
  ];
  if (Object.keys(fanOut).length > 0)
    parts.push('## Fan-out: ours as a share of the others', ratioTable(fanOut));
  if (Object.keys(fanOut).length > 0) parts.push(...plots.map(({ file, title }) => `![${title}](${file})`));
  for (const [label, servers] of Object.entries(fanOut))
    parts.push(`## Fan-out, ${label}`, fanOutTable(servers));
  if (Object.keys(history).length > 0) parts.push('## A long history', historyTable(history));
  if (Object.keys(others).length > 0) {
    parts.push(
      '## Connecting, idling, coming and going',
      othersTable(others),
      'CPU in µs, `cpuPercent` of one core, other times in ms, `seconds` in s.',
    );
  }
  if (Object.keys(watching).length > 0) {
    parts.push(
      '## Watching',
      'By `node bench/run.mjs --only watch`: this server without an inspector, with `--inspect` and nobody who watches, and ' +
        'with one who reads all that it is told, in a process of its own. What it costs the watcher to read is not in the ' +
        'CPU per delivery, but it takes its time from the same cores.',
    );
    for (const [label, servers] of Object.entries(watching))
      parts.push(`### Watching, ${label}`, watchingTable(servers));
  }
  if (notes !== undefined) parts.push(notes.trim());
  return `${parts.join('\n\n')}\n`;
}

const colors = {
  ours: '#2563eb',
  floor: '#94a3b8',
  uws: '#0d9488',
  'ws.send(Buffer)': '#a78bfa',
  'ws.send(string)': '#c4b5fd',
  'socket.io': '#f59e0b',
};

/** What is drawn, and into which file. */
export const plots = [
  { file: 'benchmarks-cpu.svg', title: 'Server CPU per delivery in µs', figure: 'cpuPerDelivery', digits: 2 },
  {
    file: 'benchmarks-latency.svg',
    title: 'From send to the last delivery, median in ms',
    figure: 'lastP50',
    digits: 1,
  },
];

/** One figure of every server in every scenario, as bars on a logarithmic scale. */
export function plot(fanOut, { title, figure, digits }) {
  const groups = Object.entries(fanOut);
  const all = groups.flatMap(([, servers]) => Object.values(servers).map((figures) => figures[figure]));
  const [least, most] = [Math.min(...all) * 0.8, Math.max(...all) * 1.1];
  const widthOf = (value) => (440 * Math.log(value / least)) / Math.log(most / least);
  let y = 30;
  const lines = [];
  for (const [label, servers] of groups) {
    lines.push(`<text x="10" y="${y + 4}" font-weight="600">${label}</text>`);
    for (const [name, { [figure]: value }] of Object.entries(servers)) {
      y += 20;
      const width = widthOf(value).toFixed(1);
      lines.push(
        `<text x="140" y="${y + 4}" text-anchor="end">${name}</text>`,
        `<rect x="150" y="${y - 8}" width="${width}" height="14" rx="2" fill="${colors[name]}"/>`,
        `<text x="${(160 + Number(width)).toFixed(1)}" y="${y + 4}">${value.toFixed(digits)}</text>`,
      );
    }
    y += 34;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 ${y + 10}" font-family="system-ui, sans-serif" font-size="12" fill="#334155">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="10" y="14" fill="#64748b">${title}, logarithmic; shorter is better</text>
${lines.join('\n')}
</svg>
`;
}
