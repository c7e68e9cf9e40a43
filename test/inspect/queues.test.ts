/** What waits in the connections, as a watcher is told of it. */
import { expect, test } from 'vitest';
import { newClient } from '../helpers/client.ts';
import { newSystem } from '../helpers/system.ts';
import { newInspector, newWatcher, type TestWatcher } from '../helpers/watcher.ts';

test('what waits in a connection is told when it changes, also to a watcher that comes later', async () => {
  const slow = { request: { perSecond: 0.001, burst: 1 } };
  const { system, url } = await newSystem({ rates: slow, localRates: slow });
  const inspector = await newInspector(system);
  const early = await newWatcher(inspector.url);
  const an = await newClient(url);
  for (let count = 0; count < 5; count++) an.say({ data: 'get' });
  await an.next();
  const sessionId = system.actors().find(({ id }) => id === 'c1')?.sessionId;
  const queues = [{ sessionId, frames: 4, isPaused: false, waitingBytes: 0 }];
  const told = { type: '@chat.queues', queues };
  const last = (watcher: TestWatcher) => watcher.seen.findLast(({ type }) => type === '@chat.queues');
  await expect.poll(() => last(early)).toEqual(told);
  const late = await newWatcher(inspector.url);
  await expect.poll(() => last(late)).toEqual(told);
  an.socket.terminate();
  await expect.poll(() => last(late)).toEqual({ type: '@chat.queues', queues: [] });
});
