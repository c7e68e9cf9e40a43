/**
 * Stately's own package understands the events: its receivers take them from the wire, and what they hand on are the
 * events of its types, that say what the machines did.
 */
import {
  createBrowserReceiver,
  createWebSocketReceiver,
  type StatelyInspectionEvent,
} from '@statelyai/inspect';
import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../../src/charts/chart.ts';
import { machines } from '../../src/charts/machines.ts';
import { newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { newSystem } from '../helpers/system.ts';
import { eventsOf, newInspector, newWatcher } from '../helpers/watcher.ts';

test("Stately's WebSocket receiver hands on actors, events and snapshots", async () => {
  const { system, url } = await newSystem();
  const { url: inspector, attached } = await newInspector(system);
  const seen: StatelyInspectionEvent[] = [];
  createWebSocketReceiver({ server: eventsOf(inspector) }).subscribe((event) => void seen.push(event));
  await until(() => attached() === 1);
  const an = await newMember(url, 'An');
  await an.ask({ data: 'send', content: 'x' });
  await until(() => seen.some((event) => event.type === '@xstate.event' && event.event.type === 'post'));
  const born = seen.find((event) => event.type === '@xstate.actor' && event.name === 'c1');
  expect(born).toMatchObject({ snapshot: { status: 'active' }, _version: '0.7.2', id: expect.any(String) });
  const definition = JSON.parse((born as { definition: string }).definition);
  expect(chartOf(createMachine(definition))).toEqual(chartOf(machines['connection'] as never));
});

test("Stately's browser receiver, which the hosted inspector uses, takes each of them for its own", async () => {
  const { system, url } = await newSystem();
  const watcher = await newWatcher((await newInspector(system)).url);
  const an = await newMember(url, 'An');
  await an.ask({ data: 'send', content: 'x' });
  await watcher.sees(({ event }) => event?.type === 'post');
  const target = new EventTarget();
  const page = Object.assign(target, { self: target, top: target, opener: null }) as unknown as Window;
  const seen: unknown[] = [];
  createBrowserReceiver({ window: page }).subscribe((event) => void seen.push(event));
  for (const data of watcher.seen) target.dispatchEvent(Object.assign(new Event('message'), { data }));
  expect(seen).toEqual(watcher.seen);
});
