import { expect, onTestFinished, test, vi } from 'vitest';
import { getStateNodes } from 'xstate/graph';
import { connectionMachine } from '../../src/machines/connection.ts';
import { functionsIn, namesIn, namesOf, tableOf } from '../helpers/config.ts';
import * as forms from '../helpers/forms.ts';
import { busyLeaves, connectionIn, type LoneConnection, leaves, only } from '../helpers/machine.ts';

/** Every request that can be read, in every form. */
function hearAll(machine: LoneConnection): void {
  for (const name of [...forms.goodNames, ...forms.badNames]) machine.hear({ data: 'name', name });
  for (const content of [...forms.goodContents, ...forms.badContents])
    machine.hear({ data: 'send', content });
  for (const window of [...forms.goodWindows, ...forms.badWindows]) machine.hear({ data: 'get', ...window });
}

test('P-REQ-7: exactly the states that wait for the room are busy', () => {
  expect(leaves.filter((leaf) => connectionIn(leaf).isBusy)).toEqual(busyLeaves);
  expect(busyLeaves).toHaveLength(6);
});

test.each(busyLeaves)('P-REQ-7: %s takes no request of any form, but a good send behind a send', (leaf) => {
  const machine = connectionIn(leaf);
  for (const content of forms.goodContents)
    expect(machine.takes({ data: 'send', content })).toBe(leaf === 'registered.sending');
  if (leaf === 'registered.sending') return;
  const before = [machine.state, machine.nickname];
  hearAll(machine);
  expect(machine.did()).toEqual(only({}));
  expect([machine.state, machine.nickname]).toEqual(before);
});

const idleLeaves = leaves.filter((leaf) => leaf !== 'closed' && !busyLeaves.includes(leaf));
const unreadableInIdle = idleLeaves.flatMap((leaf) => forms.unreadable.map((one) => ({ leaf, ...one })));

test.each(unreadableInIdle)('P-REQ-6: $frame gets its proper answer in $leaf', ({ leaf, frame, reply }) => {
  const machine = connectionIn(leaf).hear(frame);
  expect(machine.did()).toEqual(only({ refused: [reply] }));
  expect(machine.state).toBe(leaf);
});

test('P-EVT-2: a closed connection does nothing any more, whatever comes', () => {
  // XState warns of each event in development.
  const warning = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warning.mockRestore());
  const machine = connectionIn('closed');
  for (const { frame } of forms.unreadable) machine.hear(frame);
  hearAll(machine);
  machine.settleClaim({ nickname: 'An' }).settle().hangUp();
  expect(machine.did()).toEqual(only({}));
  expect([machine.state, machine.isDone]).toEqual(['closed', true]);
});

test('the table contains only names, so that it can be written as JSON', () => {
  const table = tableOf(connectionMachine.config);
  expect(functionsIn(table)).toEqual([]);
  expect(JSON.parse(JSON.stringify(table))).toEqual(table);
});

test('the table names all implementations, and no others', () => {
  expect(namesIn(connectionMachine.config)).toEqual(namesOf(connectionMachine.implementations));
});

test('the table has the leaves that are tested, and no more', () => {
  const found = getStateNodes(connectionMachine).filter(({ type }) => type === 'atomic' || type === 'final');
  expect(found.map(({ path }) => path.join('.')).sort()).toEqual([...leaves].sort());
});
