import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { build } from 'vite';

/** A source as `script-src` and `style-src` name it. */
const sourceOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing in a script may end its element, or begin a comment in it. */
const inElement = (script) => script.replace(/<(?=\/script|!--)/gi, '\\x3c');

/** The lab as one file that opens without a server and loads nothing. `baked`: the data for the lab. */
export async function labInOneFile(baked) {
  const { output } = await build({ configFile: 'web/alone.config.ts', logLevel: 'warn' });
  const isStyle = ({ fileName }) => fileName.endsWith('.css');
  const [script, ...others] = output.filter(({ type }) => type === 'chunk');
  if (others.length > 0) throw new Error('the lab does not fit into one script');
  const code = inElement(script.code);
  const style = output.find(isStyle).source;
  const policy = [
    "default-src 'none'",
    `script-src ${sourceOf(code)}`,
    `style-src ${sourceOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  /** What belongs behind a beginning of the page. */
  const parts = {
    'http-equiv="Content-Security-Policy" content="': policy,
    '<style>': style,
    '<script type="application/json" id="baked">': JSON.stringify(baked).replaceAll('<', '\\u003c'),
    '<script type="module">': code,
  };
  let page = readFileSync('web/lab/lab.html', 'utf8');
  for (const [start, text] of Object.entries(parts)) page = page.replace(start, () => start + text);
  return page;
}
