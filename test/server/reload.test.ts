import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newCertificate, replaceCertificate } from '../helpers/certificate.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { newLockable, rivalOf } from '../helpers/lock-owner.ts';
import { newProcess } from '../helpers/process.ts';
import { newFolder, newServer } from '../helpers/server.ts';
import { nameOf, newTlsServer } from '../helpers/tls.ts';

/** A server in its own process with this certificate, and a member that is connected over TLS. */
async function newTlsProcess() {
  const files = await newCertificate({ name: 'first' });
  const data = join(await newFolder(), 'data.json');
  const server = newProcess([
    '--port=0',
    `--data=${data}`,
    `--tls-cert=${files.cert}`,
    `--tls-key=${files.key}`,
  ]);
  const url = await server.url();
  const an = await newClient(url, { rejectUnauthorized: false });
  expect(await an.ask({ data: 'name', name: 'An' })).toMatchObject({ status: true });
  return { files, server, url, an };
}

test('SIGHUP: new connections get the new certificate, and those that are open stay', async () => {
  const { files, server, url, an } = await newTlsProcess();
  expect(server.lines[0]).toContain('listening on wss://127.0.0.1:');
  expect(server.lines[0]).toContain('chat page on https://127.0.0.1:');
  for (const [count, name] of ['second', 'third'].entries()) {
    await replaceCertificate(files, await newCertificate({ name }));
    server.child.kill('SIGHUP');
    await server.linesWith('settings reloaded', count + 1);
    expect(await nameOf(url)).toBe(name);
    expect(await an.ask({ data: 'send', content: name })).toMatchObject({ status: true });
  }
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(await an.closed()).toBe(1001);
});

test('SIGHUP: files that do not fit are one error in the log, and the old certificate stays', async () => {
  const { files, server, url, an } = await newTlsProcess();
  const next = await newCertificate({ name: 'next' });
  await replaceCertificate(files, { cert: next.cert });
  server.child.kill('SIGHUP');
  const [error = ''] = await server.linesWith('the settings were not reloaded');
  expect(JSON.parse(error)).toMatchObject({
    level: 50,
    error: `the settings were not reloaded: the TLS key ${files.key} is not that of the certificate ${files.cert}`,
  });
  expect(await nameOf(url)).toBe('first');
  expect(await an.ask({ data: 'send', content: 'x' })).toMatchObject({ status: true });
  await replaceCertificate(files, { key: next.key });
  server.child.kill('SIGHUP');
  await server.linesWith('settings reloaded');
  expect(await nameOf(url)).toBe('next');
  const errors = server.lines.filter((line) => JSON.parse(line).level >= 50);
  expect(errors).toHaveLength(1);
});

test('at a terminal, what the server says after its start has a time', async () => {
  const data = join(await newFolder(), 'data.json');
  const server = newProcess([
    '--port=0',
    `--data=${data}`,
    '--log=pretty',
    '--log-level=error',
    '--drain=0.1',
  ]);
  await server.url();
  server.child.kill('SIGHUP');
  await server.linesWith('settings reloaded');
  await server.stop('SIGTERM');
  const later = server.lines.filter((line) => /settings reloaded|closing all/.test(line));
  expect(later.map((line) => line.replace(/\d/g, '0'))).toEqual([
    '[00:00:00]: settings reloaded',
    '[00:00:00]: closing all connections over 0.0 s',
  ]);
});

test('SIGHUP during the start makes the server reload when it has started', async () => {
  const files = await newCertificate({ name: 'first' });
  const second = await newCertificate({ name: 'second' });
  const { path } = await newLockable();
  // Somebody else may own the data file: the start has read the certificate, and waits for the answer.
  const rival = createServer((asker) => {
    for (const part of ['cert', 'key'] as const) renameSync(second[part], files[part]);
    server.child.kill('SIGHUP');
    asker.destroy();
    rival.close();
  });
  rival.listen(await rivalOf(path));
  await once(rival, 'listening');
  const certificate = [`--tls-cert=${files.cert}`, `--tls-key=${files.key}`];
  const server = newProcess(['--port=0', `--data=${path}`, ...certificate]);
  const url = await server.url();
  expect(server.lines.slice(-2)).toEqual([
    expect.stringContaining('settings reloaded'),
    expect.stringContaining(`listening on ${url}`),
  ]);
  expect(await nameOf(url)).toBe('second');
});

test('a certificate that has expired is taken all the same, with a warning', async () => {
  const files = await newCertificate();
  const { chat, url, entries } = await newTlsServer(files);
  const expired = await newCertificate({ name: 'expired', from: -30, to: -3 });
  await replaceCertificate(files, expired);
  expect(chat.reconfigure({ tlsCert: files.cert, tlsKey: files.key })).toContain('port');
  expect(await nameOf(url)).toBe('expired');
  const text = expect.stringContaining(`the TLS certificate ${files.cert} expired on `);
  expect(entries.filter(({ kind }) => kind === 'warning')).toEqual([{ kind: 'warning', text }]);
});

test('reconfigure: limits hold at once for open connections, and it names what cannot change', async () => {
  const data = join(await newFolder(), 'data.json');
  const { chat, url } = await newServer({ port: 0, data, sendRate: 0.001, sendBurst: 1 });
  const an = await newMember(url, 'An');
  expect(await an.ask({ data: 'send', content: 'first' })).toMatchObject({ status: true });
  const same = { port: 0, data, pingInterval: 3600 };
  expect(chat.reconfigure({ ...same, title: 'Other', maxName: 5 })).toEqual(['maxName', 'title']);
  expect(chat.reconfigure(same)).toEqual([]);
  expect(await an.ask({ data: 'send', content: 'second' })).toMatchObject({ status: true });
  await expect(an.ask({ data: 'name', name: 'Ngọc Ân' })).resolves.toMatchObject({ status: true });
  const { cert, key } = await newCertificate();
  expect(chat.reconfigure({ ...same, tlsCert: cert, tlsKey: key })).toEqual(['tlsCert']);
});

test('reconfigure: what is invalid changes nothing', async () => {
  const files = await newCertificate({ name: 'first' });
  const { chat, url } = await newTlsServer(files, { sendRate: 0 });
  const an = await newClient(url, { rejectUnauthorized: false });
  await an.ask({ data: 'name', name: 'An' });
  const next = await newCertificate({ name: 'next' });
  const slow = { sendRate: 0.001, sendBurst: 1 };
  for (const invalid of [
    { ...slow, tlsCert: next.cert, tlsKey: next.key, rate: -1 },
    { ...slow, tlsCert: next.cert, tlsKey: files.key },
    { ...slow, tlsCert: next.cert },
  ])
    expect(() => chat.reconfigure(invalid)).toThrow(expect.objectContaining({ name: 'StartError' }));
  for (let count = 0; count < 20; count++)
    expect(await an.ask({ data: 'send', content: 'x' })).toMatchObject({ status: true });
  expect(await nameOf(url)).toBe('first');
});

test('a chat that is closed cannot be reconfigured', async () => {
  const { chat } = await newServer();
  await chat.close();
  expect(() => chat.reconfigure({})).toThrow('the chat is closed');
});

test('SIGHUP: what is new in the config file holds, a warning names what cannot change, and a mistake is no harm', async () => {
  const folder = await newFolder();
  const [config, tokens] = [join(folder, 'chat.json'), join(folder, 'tokens')];
  const write = (settings: object) =>
    writeFileSync(config, JSON.stringify({ port: 0, data: join(folder, 'data.json'), ...settings }));
  write({ maxName: 3 });
  writeFileSync(tokens, 'open-sesame-open-sesame\n');
  const server = newProcess([`--config=${config}`]);
  const url = await server.url();
  const an = await newMember(url, 'An');
  const reload = async (line: string, count: number) => {
    server.child.kill('SIGHUP');
    return (await server.linesWith(line, count)).at(-1);
  };

  write({ maxName: 5, logLevel: 'debug', accessTokenFile: tokens });
  await reload('settings reloaded', 1);
  const [warning] = await server.linesWith('cannot change');
  expect(warning).toContain('these settings cannot change before a restart: maxName, logLevel');
  await expect(newClient(url)).rejects.toThrow('401');
  await newClient(`${url}?access_token=open-sesame-open-sesame`);

  // The tokens are read before anything is changed, and so is the file.
  for (const [count, broken] of [{ accessTokenFile: '/none' }, { sendRate: 'fast' }].entries()) {
    write(broken);
    await reload('were not reloaded', count + 1);
    await expect(newClient(url)).rejects.toThrow('401');
  }
  write({ maxName: 3 });
  await reload('settings reloaded', 2);
  await newClient(url);
  expect(await an.ask({ data: 'send', content: 'còn đây' })).toMatchObject({ status: true });
  expect(server.lines.filter((line) => line.includes('cannot change'))).toHaveLength(1);
});
