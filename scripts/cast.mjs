// Draws docs/session.svg and docs/session.vi.svg: the log of the built server beside the frames of one of its two
// clients. The session is real. Only times and the port are replaced, so that the picture changes only when the server
// does.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** Who does what, and `after` how many seconds. Each step makes one line in the log with one of these marks. */
const session = [
  { who: 'An', after: 3, does: 'connect' },
  { who: 'An', after: 4, says: { data: 'name', name: 'An' } },
  { who: 'Bình', after: 9, does: 'connect' },
  { who: 'Bình', after: 2, says: { data: 'name', name: 'an' } },
  { who: 'Bình', after: 5, says: { data: 'name', name: 'Bình' } },
  { who: 'Bình', after: 8, says: { data: 'send', content: 'Chào An, bạn khoẻ không?' } },
  { who: 'An', after: 11, says: { data: 'send', content: 'Mình khoẻ, cảm ơn Bình!' } },
  { who: 'An', after: 6, says: { data: 'name', name: 'An Lê' } },
  { who: 'An', after: 3, says: { data: 'send', content: '' } },
  { who: 'An', after: 4, says: { data: 'get', limit: 1 } },
  { who: 'Bình', after: 7, does: 'leave' },
];
const marksOfSteps = [...'○★✗↻✎≡●'];
const watched = 'An';

/** A step is over after this time without output, and fails after this time in all. */
const quietMs = 200;
const patienceMs = 10_000;

const titles = {
  en: {
    server: 'the server',
    client: 'An, a WebSocket client',
    label: 'A chat: the server’s log beside one client’s frames',
  },
  vi: {
    server: 'máy chủ',
    client: 'An, một client WebSocket',
    label: 'Một cuộc trò chuyện: log của máy chủ và các khung tin của một client',
  },
};

/** Runs the session. Resolves to the lines of the server's log and the frames of the watched client. */
async function play(lang) {
  const folder = mkdtempSync(join(tmpdir(), 'session-'));
  const server = startServer(['--port', '0', '--data', join(folder, 'data.json'), '--lang', lang]);
  const url = await server.url();
  const clients = new Map();
  const frames = [];
  const times = [];
  let seconds = 0;
  let received = 0;

  for (const { who, after, does, says } of session) {
    seconds += after;
    times.push(seconds);
    if (does === 'connect') {
      const client = await connect(url);
      client.on('message', (data) => receive(who, String(data)));
      clients.set(who, client);
    } else if (does === 'leave') {
      clients.get(who).close(1000);
    } else {
      clients.get(who).send(JSON.stringify(says));
      if (who === watched) frames.push({ mark: '→', text: JSON.stringify(says) });
    }
    await settled(() => `${server.text().length} ${received}`);
  }
  const log = logLines(server.text(), times);
  for (const client of clients.values()) client.terminate();
  await server.stop();
  rmSync(folder, { recursive: true });
  return { log, frames };

  function receive(who, text) {
    received++;
    if (who === watched) frames.push({ mark: '←', text: stamped(text) });
  }

  /**
   * A frame with its timestamps replaced by those of the session: a message of the history has that of its own step.
   */
  function stamped(text) {
    return text.replace(/(?:"content":"([^"]*)",)?"timestamp":"[^"]+"/g, (member, content) => {
      const sent = session.findIndex(({ says }) => content !== undefined && says?.content === content);
      const time = clock(sent < 0 ? seconds : times[sent], '/', '');
      return member.replace(/"[^"]+"$/, `"22/11/2026 ${time}"`);
    });
  }
}

/** Starts the built server with its pretty log, in colour if a pseudo-terminal is available. */
function startServer(args) {
  const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
  const command = [process.execPath, 'dist/server.js', '--log', 'pretty', '--ping-interval', '3600', ...args];
  const quoted = command.map((word) => `'${word}'`).join(' ');
  const [program, ...rest] = hasTerminal ? ['script', '-qec', quoted, '/dev/null'] : command;
  // Without the environment of this machine.
  const options = { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: process.env.PATH } };
  const server = spawn(program, rest, options);
  let output = '';
  server.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  return {
    text: () => output,
    async url() {
      await settled(() => (output.includes('listening') ? 'listening' : output.length + performance.now()));
      return /ws:\/\/\S+\//.exec(output)[0];
    },
    async stop() {
      if (hasTerminal) server.stdin.write('\x03');
      else server.kill('SIGINT');
      await once(server, 'close');
    },
  };
}

async function connect(url) {
  const client = new WebSocket(url);
  await once(client, 'open');
  return client;
}

/** Waits until the result of `look` has not changed for a while. */
async function settled(look) {
  const deadline = performance.now() + patienceMs;
  let before;
  for (let now = look(); now !== before; now = look()) {
    if (performance.now() > deadline) throw new Error('the server does not come to rest');
    before = now;
    await setTimeout(quietMs);
  }
}

/** The log with its times and port replaced. */
function logLines(text, times) {
  let step = -1;
  return (
    text
      .split(/\r?\n/)
      // A warning is about the Node that draws the picture.
      .filter((line) => line !== '' && !/^\[.*⚠/.test(line))
      .map((line) => {
        if (!/^\[\d\d:/.test(line)) return line.replace(/:\d+\//g, ':5000/');
        if (marksOfSteps.some((mark) => line.includes(mark))) step++;
        return line.replace(/^\[[\d:]+\]/, `[${clock(times[step], ':', ':')}]`);
      })
  );
}

/** The time so many seconds after ten o'clock. */
function clock(seconds, afterHours, afterMinutes) {
  const two = (value) => String(Math.floor(value)).padStart(2, '0');
  return `10${afterHours}${two(seconds / 60)}${afterMinutes}${two(seconds % 60)}`;
}

/** The terminal's colours, and the colour of each mark for a log without colours. */
const palette = {
  31: '#ff7b72',
  32: '#56d364',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
  90: '#9198a1',
};
const colorsOfMarks = {
  '○': 90,
  '→': 90,
  '★': 32,
  '⟳': 32,
  '↻': 36,
  '✎': 34,
  '≡': 35,
  '☆': 33,
  '●': 90,
  '✂': 33,
  '⊘': 33,
  '✗': 33,
  '⚠': 31,
  '✚': 31,
  '‼': 31,
};
/** Where a row may be broken: between two kinds in the legend, two addresses, or two members of an object. */
const betweenMarks = /(?<= {2}|, )(?=\S)/g;
const betweenMembers = /(?<=,)(?=["{])/g;
const bright = '#e6edf3';
const dim = '#9198a1';

const size = { width: 1000, margin: 16, gap: 12, bar: 34, line: 19, font: 12.5, column: 7.55, split: 432 };

function draw({ log, frames }, { server, client, label }) {
  const left = panelOf(0, size.split, server);
  const right = panelOf(size.split + size.gap, size.width, client);
  const command = [
    { text: '$ ', color: palette[32] },
    { text: 'node dist/server.js', color: bright },
  ];
  const leftRows = [
    command,
    ...log.flatMap((line) => wrapped(runsOfLog(line), left.columns, betweenMarks, 0)),
  ];
  const rightRows = frames.flatMap(({ mark, text }) => {
    const runs = [{ text: `${mark} `, color: mark === '→' ? palette[34] : palette[32] }, ...runsOfJson(text)];
    return wrapped(runs, right.columns, betweenMembers, 2);
  });
  const height = size.bar + 2 * size.margin + Math.max(leftRows.length, rightRows.length) * size.line;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" width="${size.width}" height="${height}" role="img" aria-label="${label}">`,
    `<g font-family="ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${size.font}" xml:space="preserve">`,
    ...drawPanel(left, leftRows, height),
    ...drawPanel(right, rightRows, height),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function panelOf(from, to, title) {
  return { from, to, title, columns: Math.floor((to - from - 2 * size.margin) / size.column) };
}

function drawPanel({ from, to, title }, rows, height) {
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (color, index) => `<circle cx="${from + 20 + 18 * index}" cy="${size.bar / 2}" r="5.5" fill="${color}"/>`,
  );
  return [
    `<rect x="${from + 0.5}" y="0.5" width="${to - from - 1}" height="${height - 1}" rx="10" fill="#0d1117" stroke="#30363d"/>`,
    `<path d="M${from + 1} ${size.bar}H${to - 1}" stroke="#30363d"/>`,
    ...lights,
    `<text x="${from + 80}" y="${size.bar / 2 + 4.5}" fill="${dim}">${escaped(title)}</text>`,
    ...rows.map((row, index) =>
      drawRow(row, from + size.margin, size.bar + size.margin + size.line * (index + 0.7)),
    ),
  ];
}

/** Places each run at its own column, so that it is in its place even if the font lacks a mark before it. */
function drawRow(row, x, y) {
  let column = 0;
  const runs = row.map(({ text, color }) => {
    const start = column;
    column += [...text].length;
    return `<tspan x="${(x + start * size.column).toFixed(2)}" fill="${color}">${escaped(text)}</tspan>`;
  });
  return `<text y="${y.toFixed(2)}">${runs.join('')}</text>`;
}

/** A line of the log in the terminal's colours, or in the colour of its mark if it has none. */
function runsOfLog(line) {
  const mark = new RegExp(`([${Object.keys(colorsOfMarks).join('')}]) .+?(?= c\\d|  |$)`, 'gu');
  const paint = (text, key) => `\x1b[${colorsOfMarks[key]}m${text}\x1b[39m`;
  const painted = line.includes('\x1b[') ? line : line.replace(mark, paint);
  const runs = [];
  let color = bright;
  for (const text of painted.split(/(\p{Cc}\[\d+m|^\[[\d:]+\]: )/u)) {
    const [, code] = /^\p{Cc}\[(\d+)m$/u.exec(text) ?? [];
    if (code !== undefined) color = palette[code] ?? bright;
    else if (text !== '') runs.push({ text, color: /^\[[\d:]+\]/.test(text) ? dim : color });
  }
  return runs;
}

function runsOfJson(text) {
  const colorOf = (token) => {
    if (token.endsWith(':')) return palette[34];
    if (token.startsWith('"')) return bright;
    return { true: palette[32], false: palette[31] }[token] ?? (/^[\d.]+$/.test(token) ? palette[35] : dim);
  };
  const tokens = text.match(/"(?:[^"\\]|\\.)*":?|[\w.]+|[^"\w]+/g) ?? [];
  return tokens.map((token) => ({ text: token, color: colorOf(token) }));
}

/** Breaks a text into rows of limited width at allowed places. All rows but the first are indented. */
function wrapped(runs, columns, breaks, indent) {
  const text = runs.map((run) => run.text).join('');
  const letters = runs.flatMap(({ text: piece, color }) => [...piece].map((letter) => ({ letter, color })));
  const places = new Set(Array.from(text.matchAll(breaks), ({ index }) => [...text.slice(0, index)].length));
  const rows = [];
  for (let from = 0; from < letters.length; ) {
    const room = columns - (rows.length > 0 ? indent : 0);
    let to = Math.min(letters.length, from + room);
    if (to < letters.length) {
      const place = Math.max(...[...places].filter((at) => at > from && at <= to));
      if (place > from) to = place;
    }
    rows.push(rowOf(letters.slice(from, to), rows.length > 0 ? indent : 0));
    from = to;
  }
  return rows;
}

function rowOf(letters, indent) {
  const row = [{ text: ' '.repeat(indent), color: dim }];
  for (const { letter, color } of letters) {
    const last = row.at(-1);
    if (last.color === color) last.text += letter;
    else row.push({ text: letter, color });
  }
  return row;
}

const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

for (const lang of ['en', 'vi']) {
  const name = lang === 'en' ? 'session.svg' : `session.${lang}.svg`;
  writeFileSync(join('docs', name), draw(await play(lang), titles[lang]));
}
