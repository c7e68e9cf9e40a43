import { expect, test } from 'vitest';
import { createActor, fromCallback, SimulatedClock } from 'xstate';
import { chartOf, labelsOf } from '../../src/charts/chart.ts';
import { clientMachine } from '../../src/client/machine.ts';
import { type Step, tellingSteps } from '../../web/chat/own/step.ts';

/** An actor of the client's machine without a socket that is watched, and the steps that it makes. */
function newWatched(nickname?: string) {
  const clock = new SimulatedClock();
  const machine = clientMachine.provide({ actors: { socket: fromCallback(() => {}) } });
  const steps: Step[] = [];
  const inspect = tellingSteps((step) => steps.push(step));
  const actor = createActor(machine, { clock, inspect, input: { nickname } }).start();
  return { clock, actor, steps };
}

const chart = chartOf(clientMachine);
const said = ({ state, event, taken }: Step) => [state, event, ...labelsOf(chart, taken)];

test('each step of the client’s machine is told with its event and its edge or line, also one of a timer', () => {
  const { clock, actor, steps } = newWatched();
  actor.send({ type: 'open' });
  actor.send({ type: 'asked' });
  actor.send({ type: 'lost' });
  clock.increment(60_000);
  expect(steps.slice(0, 5).map(said)).toEqual([
    ['linked.connecting', undefined],
    ['linked.unregistered.idle', 'open', 'open / expectPing', 'always'],
    ['linked.unregistered.idle', 'asked', 'asked / expectNoReply, expectReply'],
    ['waiting', 'lost', 'lost'],
    ['linked.reconnecting', 'after backoff', 'after backoff'],
  ]);
});

const isNoGhost = (reason: string) => ({
  ...{ guard: 'isGhost', verdict: false },
  facts: [
    { kind: 'reason', is: reason },
    { kind: 'ghost', is: false },
    { kind: 'blocks', is: 0, most: 15 },
  ],
});

test('the guards that were asked are told with their verdicts and facts, and the machine goes where it goes unwatched', () => {
  const { actor, steps } = newWatched();
  actor.send({ type: 'open' });
  actor.send({ type: 'register', nickname: 'An' });
  actor.send({ type: 'refused', refusal: { reason: 'NameAlreadyUsed' } });
  actor.send({ type: 'register', nickname: '' });
  actor.send({ type: 'refused', refusal: { reason: 'WrongFormatName' } });
  expect(steps.slice(1).map(({ state, guards }) => [state, guards])).toEqual([
    ['linked.unregistered.idle', []],
    ['linked.unregistered.claiming', []],
    ['linked.unregistered.idle', [isNoGhost('NameAlreadyUsed')]],
    ['linked.unregistered.claiming', []],
    ['linked.unregistered.idle', [isNoGhost('WrongFormatName')]],
  ]);
  expect(actor.getSnapshot().context.refusal).toEqual({ reason: 'WrongFormatName' });
});

test('a guard that lets an event through is told as the last one', () => {
  const { actor, steps } = newWatched('An');
  actor.send({ type: 'open' });
  actor.send({ type: 'refused', refusal: { reason: 'NameAlreadyUsed' } });
  expect(steps.at(-1)).toMatchObject({
    state: 'linked.unregistered.blocked',
    guards: [
      { guard: 'isWanted', verdict: false, facts: [{ kind: 'wanted', is: undefined }] },
      { guard: 'isGhost', verdict: true, facts: expect.arrayContaining([{ kind: 'ghost', is: true }]) },
    ],
  });
  const [, first] = steps;
  expect(first?.guards).toEqual([
    { guard: 'hasNickname', verdict: true, facts: [{ kind: 'held', is: 'An' }] },
  ]);
});

test('an event that the machine does not take is told without an edge', () => {
  const { actor, steps } = newWatched();
  actor.send({ type: 'synced' });
  expect(said(steps.at(-1) as Step)).toEqual(['linked.connecting', 'synced']);
});
