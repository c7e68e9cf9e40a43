/** Two processes on one log: what the room does with entries of others, and when the others have given it up. */
import { expect, test } from 'vitest';
import { newClient, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { newProcesses, newSharedLedgers } from '../helpers/system.ts';

/** The addresses of two processes, and the ledger of the first. */
async function newTwo() {
  const [ledger, other] = newSharedLedgers();
  const { urls, faults, systems } = await newProcesses([ledger, other]);
  const [here = '', there = ''] = urls;
  return { here, there, ledger, faults, systems };
}

test('P-EVT-1: members of another process are seen, heard and listed like those of one’s own', async () => {
  const { here, there } = await newTwo();
  const an = await newMember(here, 'An');
  const binh = await newMember(there, 'Bình');
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Bình' });
  expect(await (await newClient(here)).ask({ data: 'name', name: 'bình' })).toMatchObject({
    reason: 'NameAlreadyUsed',
  });
  expect(await binh.ask({ data: 'send', content: 'xin chào' })).toMatchObject({ status: true });
  expect(await an.next()).toMatchObject({ datatype: 'message', name: 'Bình', content: 'xin chào' });
  expect(await an.ask({ data: 'get' })).toMatchObject({
    data: { message: [{ name: 'Bình', content: 'xin chào' }], online: ['An', 'Bình'] },
  });
  await binh.leave();
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: 'Bình' });
});

test('P-RES-2: a holding passes from one process to another, and nobody hears of it', async () => {
  const { here, there } = await newTwo();
  const witness = await newMember(here, 'Witness');
  const old = await newClient(here);
  const { resume } = await old.ask({ data: 'name', name: 'An', resume: true });
  expect(await witness.next()).toMatchObject({ datatype: 'register' });
  const next = await newClient(there);
  expect(await next.ask({ data: 'name', name: 'An', resume })).toMatchObject({ status: true });
  expect(await old.closed()).toBe(4000);
  expect(await next.ask({ data: 'send', content: 'vẫn là tôi' })).toMatchObject({ status: true });
  expect(await witness.next()).toMatchObject({ datatype: 'message', name: 'An' });
  expect(await witness.pending()).toEqual([]);
});

test('P-EVT-2: when a process dies, the others see each of its members leave once; when it wakes, its connections are closed with 1012', async () => {
  const { here, there, ledger, faults } = await newTwo();
  const witness = await newMember(there, 'Witness');
  const an = await newMember(here, 'An');
  const binh = await newMember(here, 'Bình');
  const stranger = await newClient(here);
  await an.next();
  expect(await witness.next()).toMatchObject({ datatype: 'register', name: 'An' });
  expect(await witness.next()).toMatchObject({ datatype: 'register', name: 'Bình' });
  ledger.die();
  expect(await witness.next()).toMatchObject({ datatype: 'leave', name: 'An' });
  expect(await witness.next()).toMatchObject({ datatype: 'leave', name: 'Bình' });
  an.say({ data: 'send', content: 'too late' });
  stranger.say({ data: 'name', name: 'Chi' });
  expect(await witness.ask({ data: 'send', content: 'meanwhile' })).toMatchObject({ status: true });
  ledger.wake();
  for (const client of [an, binh, stranger]) expect(await client.closed()).toBe(1012);
  expect(await witness.pending()).toEqual([]);
  const again = await newMember(here, 'An');
  expect(await witness.next()).toMatchObject({ datatype: 'register', name: 'An' });
  expect(await again.ask({ data: 'get' })).toMatchObject({
    data: { message: [{ content: 'meanwhile' }], online: ['Witness', 'An'] },
  });
  expect(await witness.pending()).toEqual([]);
  expect(faults).toEqual([]);
});

test('P-RES-3: a process that the others have given up keeps nothing of the connections that it has lost', async () => {
  const { here, ledger, systems } = await newTwo();
  const lost = await newClient(here);
  await lost.ask({ data: 'name', name: 'An', resume: true });
  const stranger = await newClient(here);
  const isIn = (id: string, state: object) =>
    systems[0]?.actors().some((actor) => actor.id === id && actor.getSnapshot().matches(state)) ?? false;
  ledger.die();
  stranger.say({ data: 'name', name: 'Bình', resume: 'no secret of anybody' });
  await until(() => isIn('c2', { unregistered: 'resuming' }));
  for (const client of [lost, stranger]) client.socket.terminate();
  await until(() => isIn('c1', { registered: 'lost' }) && isIn('c2', { unregistered: 'lost' }));
  ledger.wake();
  await until(() => systems[0]?.actors().every(({ id }) => !/^c\d/.test(id)) ?? false);
});
