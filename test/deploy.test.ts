import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readCommand } from '../src/config.ts';
import { newMember } from './helpers/client.ts';
import { executable, newProcess, type ServerProcess } from './helpers/process.ts';
import { newFolder } from './helpers/server.ts';

const run = promisify(execFile);
const deploy = (name: string) => fileURLToPath(new URL(`../deploy/${name}`, import.meta.url));
const read = (name: string) => readFile(deploy(name), 'utf8');

const has = (command: string) =>
  run('sh', ['-c', `command -v ${command}`]).then(
    () => true,
    () => false,
  );

/** The lines of a unit by their key. */
async function unit(name: string): Promise<Map<string, string[]>> {
  const lines = (await read(name)).matchAll(/^(\w+)=(.*)$/gm);
  const found = new Map<string, string[]>();
  for (const [, key = '', value = ''] of lines) found.set(key, [...(found.get(key) ?? []), value]);
  return found;
}

/** Fails unless each variable is one of the settings. */
function expectSettings(env: Record<string, string>): void {
  const command = readCommand(['config', 'print', '--json'], env, '');
  const shown: Record<string, { source: string; name?: string }> = JSON.parse(
    command.type === 'print' ? command.text : '',
  );
  const known = Object.values(shown).filter(({ source }) => source === 'variable');
  expect(known.map(({ name }) => name).sort()).toEqual(Object.keys(env).sort());
}

test('the service is shut off from the machine, and has time to end', async () => {
  const service = await unit('classic-chatbox-server.service');
  const limits = {
    DynamicUser: ['yes'],
    NoNewPrivileges: ['yes'],
    CapabilityBoundingSet: [''],
    ProtectSystem: ['strict'],
    ProtectHome: ['yes'],
    PrivateTmp: ['yes'],
    UMask: ['0077'],
    ExecReload: ['/bin/kill -HUP $MAINPID'],
    Requires: ['classic-chatbox-server.socket'],
    SystemCallFilter: ['@system-service', '~@privileged @resources'],
  };
  expect(Object.fromEntries(service)).toMatchObject(limits);
  // V8 could not run with it.
  expect(service.has('MemoryDenyWriteExecute')).toBe(false);
  expect(Number(service.get('TimeoutStopSec'))).toBeGreaterThan(5);
  const env = service.get('Environment')?.map((line) => line.split('=') as [string, string]) ?? [];
  expectSettings(Object.fromEntries(env));
});

test('systemd takes both units, and finds the service little exposed', async () => {
  const folder = await newFolder();
  const name = 'classic-chatbox-server';
  const text = await read(`${name}.service`);
  const here = text
    .replace('/usr/bin/node', process.execPath)
    .replace('/opt/classic-chatbox-server/dist/server.js', executable);
  expect(here).toContain(`ExecStart=${process.execPath} ${executable}\n`);
  await writeFile(join(folder, `${name}.service`), here);
  await writeFile(join(folder, `${name}.socket`), await read(`${name}.socket`));
  const units = ['service', 'socket'].map((kind) => join(folder, `${name}.${kind}`));
  if (await has('systemd-analyze')) {
    expect(await run('systemd-analyze', ['verify', ...units])).toEqual({ stdout: '', stderr: '' });
    const { stdout } = await run('systemd-analyze', [
      'security',
      '--offline=true',
      '--threshold=20',
      `${units[0]}`,
    ]);
    expect(Number(/exposure level for .*: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(2);
  } else expect(await unit(`${name}.socket`)).toMatchObject(new Map([['ListenStream', ['127.0.0.1:5000']]]));
});

/** The program and arguments of an instruction in the form of JSON. */
async function instruction(pattern: RegExp): Promise<string[]> {
  return JSON.parse(pattern.exec(await read('Dockerfile'))?.[1] ?? '');
}

async function newContained(env: Record<string, string>, before: string[] = []): Promise<ServerProcess> {
  const [program, ...args] = [...before, process.execPath, executable];
  const data = join(await newFolder(), 'data.json');
  return newProcess(['--log', 'json'], {
    command: `${program}`,
    before: args,
    env: { DATA_FILE: data, ...env },
  });
}

test('the container’s settings are settings, and its health check tells a server that answers from one that does not', async () => {
  const dockerfile = await read('Dockerfile');
  const [, line = ''] = /^ENV NODE_ENV=production (.*)$/m.exec(dockerfile) ?? [];
  const env = Object.fromEntries(line.split(' ').map((pair) => pair.split('=') as [string, string]));
  expectSettings(env);
  const [program, ...check] = await instruction(/^HEALTHCHECK.*\\\n {2}CMD (.*)$/m);
  expect(program).toBe('node');
  for (const page of ['true', 'false']) {
    const server = await newContained({ PORT: '0', PAGE: page });
    const { port } = new URL(await server.url());
    const checked = { ...process.env, PORT: port };
    await expect(run(process.execPath, check, { env: checked })).resolves.toBeDefined();
    await server.stop('SIGTERM');
    await expect(run(process.execPath, check, { env: checked })).rejects.toMatchObject({ code: 1 });
  }
});

test('as process 1 of a container, it ends on a signal, and no other container takes its file', async () => {
  const mayUnshare = await run('unshare', ['-pf', 'true']).then(
    () => true,
    () => false,
  );
  const before = mayUnshare ? ['unshare', '-pf', '--kill-child'] : [];
  const data = join(await newFolder(), 'data.json');
  const server = await newContained({ PORT: '0', DATA_FILE: data }, before);
  const an = await newMember(await server.url(), 'An');
  expect(await an.ask({ data: 'send', content: 'chào' })).toMatchObject({ status: true });
  const other = await newContained({ PORT: '0', DATA_FILE: data }, before);
  expect(await other.exited).toEqual({ code: 1, signal: null });
  const { pid } = server.child;
  expect(other.stderr).toBe(`${data} is held by process ${mayUnshare ? 1 : pid}\n`);
  const children = mayUnshare ? await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8') : `${pid}`;
  process.kill(Number(children), 'SIGTERM');
  expect(await an.closed()).toBe(1001);
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test('the compose file builds the Dockerfile, and its Caddyfile leads to the server', async () => {
  const [compose, caddyfile] = [await read('compose.yaml'), await read('Caddyfile')];
  expect(compose).toContain('dockerfile: deploy/Dockerfile');
  expect(compose).toContain('./Caddyfile:/etc/caddy/Caddyfile:ro');
  const [, host, port] = /reverse_proxy (\w+):(\d+)/.exec(caddyfile) ?? [];
  expect(compose).toMatch(new RegExp(`^ {2}${host}:\n {4}build:`, 'm'));
  expect(await read('Dockerfile')).toContain(`PORT=${port} `);
  if (await has('caddy')) {
    const options = { env: { ...process.env, DOMAIN: 'chat.example' } };
    const { stdout } = await run('caddy', ['adapt', '--config', deploy('Caddyfile')], options);
    expect(JSON.stringify(JSON.parse(stdout))).toContain(`"dial":"${host}:${port}"`);
  }
});
