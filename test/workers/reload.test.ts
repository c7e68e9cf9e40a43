/** SIGHUP with several workers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newCertificate, replaceCertificate } from '../helpers/certificate.ts';
import { newClient } from '../helpers/client.ts';
import { sharedRedis } from '../helpers/redis.ts';
import { newFolder } from '../helpers/server.ts';
import { nameOf } from '../helpers/tls.ts';
import { newWorkers, pidsOf } from '../helpers/workers.ts';

const redis = sharedRedis();

test('SIGHUP changes the settings of all workers, and of those that are started later; a mistake is told once', async () => {
  const folder = await newFolder();
  const [config, tokens] = [join(folder, 'chat.json'), join(folder, 'tokens')];
  writeFileSync(config, '{}');
  writeFileSync(tokens, 'open-sesame-open-sesame\n');
  const server = newWorkers(await redis(), ['--config', config]);
  const url = await server.url();

  writeFileSync(config, JSON.stringify({ accessTokenFile: tokens, maxName: 7, logLevel: 'warn' }));
  server.child.kill('SIGHUP');
  await server.linesWith('settings reloaded');
  expect(server.lines.filter((line) => line.includes('cannot change'))).toEqual([
    expect.stringContaining('these settings cannot change before a restart: maxName, logLevel"'),
  ]);
  const everyWorkerWants = async () => {
    const opened = [];
    for (let count = 0; count < 4; count++) {
      await expect(newClient(url)).rejects.toThrow('401');
      opened.push(await newClient(`${url}?access_token=open-sesame-open-sesame`));
    }
  };
  await everyWorkerWants();

  for (const [number, pid] of await pidsOf(server)) {
    process.kill(pid, 'SIGKILL');
    await server.linesWith(`worker ${number} is process`);
  }
  await everyWorkerWants();

  writeFileSync(config, JSON.stringify({ accessTokenFile: '/none' }));
  server.child.kill('SIGHUP');
  const mistakes = await server.linesWith('were not reloaded');
  expect(mistakes).toEqual([expect.stringContaining('/none')]);
  await everyWorkerWants();
  expect(server.lines.filter((line) => line.includes('settings reloaded'))).toHaveLength(1);
});

test('with TLS, new connections get the new certificate from every worker', async () => {
  const files = await newCertificate({ name: 'first' });
  const server = newWorkers(await redis(), ['--tls-cert', files.cert, '--tls-key', files.key]);
  const url = await server.url();
  expect(url).toMatch(/^wss:/);
  const names = async () => [await nameOf(url), await nameOf(url), await nameOf(url)];
  expect(await names()).toEqual(['first', 'first', 'first']);
  await replaceCertificate(files, await newCertificate({ name: 'second' }));
  server.child.kill('SIGHUP');
  await server.linesWith('settings reloaded');
  expect(await names()).toEqual(['second', 'second', 'second']);
  const an = await newClient(url, { rejectUnauthorized: false });
  expect(await an.ask({ data: 'name', name: 'An' })).toMatchObject({ status: true });
});
