/** What watchers, and bugs in what serves them, can do to the chat: nothing. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { FullDisk } from '../../src/inspect/faults/full-disk.ts';
import { agrees } from '../helpers/agreement.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { newSystem } from '../helpers/system.ts';
import { eventsOf, newInspector, newWatcher } from '../helpers/watcher.ts';

test('the actors are observed only while somebody watches', async () => {
  const { system, url } = await newSystem();
  const { url: inspector, attached } = await newInspector(system);
  const an = await newMember(url, 'An');
  expect(attached()).toBe(0);
  const [one, other] = [await newWatcher(inspector), await newWatcher(inspector)];
  await until(() => one.seen.length > 0 && other.seen.length > 0);
  expect(attached()).toBe(1);
  one.socket.close();
  await one.closed;
  await an.ask({ data: 'send', content: 'x' });
  await other.sees(({ event }) => event?.type === 'post');
  expect(attached()).toBe(1);
  other.socket.close();
  await until(() => attached() === 0);
  await an.ask({ data: 'send', content: 'y' });
  const again = await newWatcher(inspector);
  await agrees(again, system);
  expect(attached()).toBe(1);
  again.socket.terminate();
  await until(() => attached() === 0);
});

test('no more than eight may watch at a time', async () => {
  const { system } = await newSystem();
  const { url } = await newInspector(system);
  for (let number = 0; number < 8; number++) await newWatcher(url);
  await expect(newWatcher(url)).rejects.toThrow('503');
});

test('a watcher that sends more than a little is closed, and nothing else happens', async () => {
  const { system, url } = await newSystem();
  const watcher = await newWatcher((await newInspector(system)).url);
  watcher.socket.send('anything');
  watcher.socket.send('x'.repeat(2000));
  expect(await watcher.closed).toBe(1009);
  await newMember(url, 'An');
});

test('a watcher that sends orders without end is closed, and its faults end', async () => {
  const { system } = await newSystem();
  const disk = new FullDisk();
  const watcher = await newWatcher((await newInspector(system, { disk })).url);
  for (let number = 0; number < 5000; number++) watcher.socket.send('{"do":"fill"}');
  expect(await watcher.closed).toBe(1008);
  expect(watcher.seen.filter(({ type }) => type === '@chat.disk').length).toBeLessThan(5000);
  expect(disk.isFull).toBe(false);
});

test('a watcher that does not read is dropped, while the chat and the others go on', async () => {
  const { system, url } = await newSystem();
  const limits = { maxBufferedBytes: 200_000, eventsPerTick: 100_000, tickMs: 10 };
  const { url: inspector, attached } = await newInspector(system, { ...limits, withContent: true });
  const { hostname, port } = new URL(inspector);
  const slow = connect(Number(port), hostname);
  const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13';
  const { pathname, search } = new URL(eventsOf(inspector));
  slow.write(
    `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${upgrade}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  await once(slow, 'readable');
  await until(() => attached() === 1);
  const an = await newClient(url);
  // Until it is dropped: nobody else is attached.
  while (attached() === 1) {
    for (let number = 0; number < 50; number++) an.say({ data: 'name', name: 'x'.repeat(1000) });
    for (let number = 0; number < 50; number++) expect(await an.next()).toMatchObject({ status: false });
  }
  const other = await newWatcher(inspector);
  await agrees(other, system);
  expect(await an.ask({ data: 'name', name: 'An' })).toMatchObject({ status: true });
  // What it had not read ends in the close frame with its code.
  const bytes: Buffer[] = [];
  slow.on('data', (chunk) => bytes.push(chunk));
  await until(() => Buffer.concat(bytes.slice(-2)).includes('too slow'));
  expect(Buffer.concat(bytes.slice(-2)).includes(Buffer.from([0x03, 0xf5]))).toBe(true);
  slow.destroy();
});

test('a bug in the inspector ends the watching, and no actor', async () => {
  const { system, url, faults } = await newSystem();
  let isBroken = false;
  const now = () => {
    if (isBroken) throw new Error('no time');
    return 0;
  };
  const { url: inspector, attached, errors } = await newInspector(system, { now });
  const watcher = await newWatcher(inspector);
  const an = await newMember(url, 'An');
  isBroken = true;
  expect(await an.ask({ data: 'send', content: 'x' })).toMatchObject({ status: true });
  expect(await watcher.closed).toBe(1011);
  expect(attached()).toBe(0);
  expect(errors).toEqual([new Error('no time')]);
  expect((await an.ask({ data: 'get' }))['status']).toBe(true);
  expect(faults).toEqual([]);
  // And in the replay.
  const late = await newWatcher(inspector);
  expect(await late.closed).toBe(1011);
  isBroken = false;
  await agrees(await newWatcher(inspector), system);
});

test('an error in what the actors send does not reach an actor either', async () => {
  const { system, url, faults } = await newSystem();
  let isBroken = false;
  const now = () => {
    if (isBroken) throw new Error('no time');
    return 0;
  };
  const silent = { ...system, tap: () => () => {} };
  const { url: inspector, errors } = await newInspector(silent, { now });
  const watcher = await newWatcher(inspector);
  const an = await newMember(url, 'An');
  isBroken = true;
  expect(await an.ask({ data: 'send', content: 'x' })).toMatchObject({ status: true });
  expect(await watcher.closed).toBe(1011);
  expect(errors).toEqual([new Error('no time')]);
  expect(faults).toEqual([]);
});
