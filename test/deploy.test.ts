import { execFile } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
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

test('one of several services is shut off as a single one is, and tries again until Redis is there', async () => {
  const [single, one] = [
    await unit('classic-chatbox-server.service'),
    await unit('classic-chatbox-server@.service'),
  ];
  const own = {
    Description: ['classic-chatbox-server on port %i'],
    After: ['network.target redis-server.service'],
    StartLimitIntervalSec: ['0'],
    EnvironmentFile: ['/etc/classic-chatbox-server.env'],
    Environment: ['PORT=%i OPS_PORT=1%i'],
  };
  const ofFile = new Set(['Requires', 'StateDirectory', 'StateDirectoryMode']);
  const shared = Object.fromEntries([...single].filter(([key]) => !ofFile.has(key)));
  expect(Object.fromEntries(one)).toEqual({ ...shared, ...own });
  expectSettings({ PORT: '5000', OPS_PORT: '15000' });
});

test('the backup is made as the user of the service, and is shut off as it is', async () => {
  const [server, backup] = [
    await unit('classic-chatbox-server.service'),
    await unit('classic-chatbox-server-backup.service'),
  ];
  const ofServer = [
    'Requires',
    'After',
    'ExecReload',
    'Environment',
    'Restart',
    'RestartSec',
    'TimeoutStopSec',
  ];
  const others = new Set([...ofServer, 'LimitNOFILE', 'WantedBy']);
  const own = {
    Description: ['Backup of classic-chatbox-server'],
    Type: ['oneshot'],
    User: ['classic-chatbox-server'],
    ExecStart: [expect.stringMatching(/ data backup (\S+)\/data\.json \1\/backups --keep-last 14$/)],
    StateDirectory: ['classic-chatbox-server classic-chatbox-server/backups'],
    PrivateNetwork: ['yes'],
    RestrictAddressFamilies: ['AF_UNIX'],
  };
  const shared = Object.fromEntries([...server].filter(([key]) => !others.has(key)));
  expect(Object.fromEntries(backup)).toEqual({ ...shared, ...own });
});

const name = 'classic-chatbox-server';

/** Writes a unit into the folder as it would be on this machine, and resolves to its path. */
async function installed(folder: string, file: string, as = file): Promise<string> {
  const text = await read(file);
  const here = text
    .replace('/usr/bin/node', process.execPath)
    .replace('/opt/classic-chatbox-server/dist/server.js', executable);
  expect(here === text).toBe(!file.endsWith('.service'));
  await writeFile(join(folder, file), here);
  if (as !== file) await symlink(file, join(folder, as));
  return join(folder, as);
}

test.each([
  ['a single service with its socket', [`${name}.service`, `${name}.socket`]],
  ['one of several services', [`${name}@.service`]],
  ['a backup with its timer', [`${name}-backup.service`, `${name}-backup.timer`]],
])('systemd takes %s, and finds it little exposed', async (_, files) => {
  const folder = await newFolder();
  const units = await Promise.all(files.map((file) => installed(folder, file, file.replace('@', '@5000'))));
  if (await has('systemd-analyze')) {
    expect(await run('systemd-analyze', ['verify', ...units])).toEqual({ stdout: '', stderr: '' });
    const options = ['security', '--offline=true', '--threshold=20'];
    const { stdout } = await run('systemd-analyze', [...options, `${units[0]}`]);
    expect(Number(/exposure level for .*: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(2);
  }
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

/** Caddy's own form of a Caddyfile, or nothing without Caddy. */
async function adapted(file: string): Promise<string> {
  if (!(await has('caddy'))) return '';
  const options = { env: { ...process.env, DOMAIN: 'chat.example' } };
  const { stdout } = await run('caddy', ['adapt', '--config', deploy(file)], options);
  return JSON.stringify(JSON.parse(stdout));
}

test.each([
  ['compose.yaml', 'Caddyfile', ['chat']],
  ['compose.redis.yaml', 'Caddyfile.redis', ['chat-1', 'chat-2']],
])('%s builds the Dockerfile, and its %s leads to the server', async (composeFile, caddyfile, hosts) => {
  const compose = await read(composeFile);
  expect(compose).toContain('dockerfile: deploy/Dockerfile');
  expect(compose).toContain(`./${caddyfile}:/etc/caddy/Caddyfile:ro`);
  const [, upstreams = ''] = /reverse_proxy (.*) \{/.exec(await read(caddyfile)) ?? [];
  expect(upstreams.split(' ')).toEqual(hosts.map((host) => `${host}:5000`));
  for (const host of hosts)
    expect(compose).toMatch(new RegExp(`^ {2}${host}:\n {4}(?:build:|<<: \\*chat$)`, 'm'));
  expect(await read('Dockerfile')).toContain('PORT=5000 ');
  const caddy = await adapted(caddyfile);
  if (caddy !== '') for (const host of hosts) expect(caddy).toContain(`"dial":"${host}:5000"`);
});

test('the processes of compose.redis.yaml have settings that there are, and Caddy asks where they tell whether they are ready', async () => {
  const compose = await read('compose.redis.yaml');
  const [, block = ''] = /^ {2}environment:\n((?: {4}.*\n)+)/m.exec(compose) ?? [];
  const variables = [...block.matchAll(/^ {4}(\w+): (.*)$/gm)].map(([, key, value]) => [
    `${key}`,
    `${value}`,
  ]);
  const { TZ: _zone, DATA_FILE, ...env }: Record<string, string> = Object.fromEntries(variables);
  // Empty, it counts as not given. The Dockerfile gives it.
  expect(DATA_FILE).toBe('""');
  expectSettings(env);
  const [, health] = /health_port (\d+)/.exec(await read('Caddyfile.redis')) ?? [];
  expect(env['OPS_PORT']).toBe(health);
  expect(compose).toContain('./redis.conf:/etc/redis.conf:ro');
});
