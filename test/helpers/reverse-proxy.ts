import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { refusalOf } from './raw.ts';
import { newFolder } from './server.ts';

/** The text of a file in deploy/proxies, with replacements, each of which must be of something that is there. */
export async function snippet(name: string, changes: Record<string, string>): Promise<string> {
  let text = await readFile(new URL(`../../deploy/proxies/${name}`, import.meta.url), 'utf8');
  for (const [old, other] of Object.entries(changes)) {
    if (!text.includes(old)) throw new Error(`${name} has no ${old}`);
    text = text.replaceAll(old, other);
  }
  return text;
}

/** Starts nginx with these blocks inside `http { }`. It has ended, too, after the test. */
export async function newNginx(blocks: string, port: number, host = '127.0.0.1'): Promise<void> {
  const folder = await newFolder();
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  // One process, so that none is left behind.
  const main = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;`;
  const text = `${main} events {} http { access_log off; ${places.join(' ')}\n${blocks}\n}`;
  await writeFile(join(folder, 'nginx.conf'), text);
  await start('nginx', ['-p', folder, '-c', 'nginx.conf'], `http://${host}:${port}`, folder);
}

/** Starts Caddy with these blocks. It has ended, too, after the test. */
export async function newCaddy(blocks: string, port: number): Promise<void> {
  const folder = await newFolder();
  const main = '{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n';
  await writeFile(join(folder, 'Caddyfile'), main + blocks);
  const args = ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'];
  await start('caddy', args, `http://127.0.0.1:${port}`, folder);
}

async function start(command: string, args: string[], url: string, folder: string): Promise<void> {
  const { PATH = '' } = process.env;
  const env = {
    ...process.env,
    PATH: [PATH, '/usr/sbin', '/usr/local/sbin'].join(delimiter),
    HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
  };
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await expect
    .poll(() => (child.exitCode === null ? refusalOf(url) : said), { timeout: 30_000 })
    .toBeUndefined();
}

/** What nginx.conf says of its name and ports, and what it has to say on this machine. */
export const nginxHere = (port: number, plainPort: number) => ({
  'listen 80;': `listen 127.0.0.1:${plainPort};`,
  'listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
  'server_name chat.example;': 'server_name localhost;',
});
