import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createActor, type InspectionEvent } from 'xstate';
import { candidatesOf } from '../../src/charts/candidates.ts';
import { idsOf } from '../../src/charts/chart.ts';
import { connectionMachine } from '../../src/machines/connection.ts';
import { guards } from '../../src/machines/guards.ts';
import type { GuardName } from '../../src/machines/reasons.ts';
import { forbidden, leaves } from '../helpers/machine.ts';
import { acts, alone, type ConnectionEvent, requests, settledWith } from '../helpers/model.ts';

const events: ConnectionEvent[] = [
  ...requests,
  ...acts,
  { type: 'name', name: 'An', resume: 'a secret' },
  { type: 'name', name: forbidden.nickname },
  { type: 'send', content: forbidden.content },
  { type: 'send', content: 'x'.repeat(101) },
  { type: 'get', window: { limit: -1 } },
  settledWith(undefined),
  settledWith('An'),
  { type: 'settled', count: 1, holding: { nickname: 'An', isResumable: true, isResumed: true } },
  { type: 'hangup' },
  { type: 'kicked' },
  { type: 'lost' },
  { type: 'expired' },
  { type: 'superseded' },
  { type: 'retired' },
];

const ids = idsOf(connectionMachine);

test('of the candidates of any event in any state, the one that XState takes is marked, and its guards say the same', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { minLength: 4, maxLength: 12 }), (path) => {
      let taken: string[] | undefined;
      const inspect = (inspected: InspectionEvent) => {
        if (inspected.type !== '@xstate.microstep') return;
        taken ??= inspected._transitions.flatMap((transition) => ids.get(transition) ?? []);
      };
      const actor = createActor(connectionMachine, { input: alone, inspect }).start();
      for (const event of path) {
        const before = actor.getSnapshot();
        if (before.status !== 'active') break;
        taken = undefined;
        actor.send(event);
        const candidates = candidatesOf(before, event);
        expect(candidates.filter(({ isTaken }) => isTaken).map(({ id }) => id)).toEqual(taken ?? []);
        for (const { guard } of candidates)
          if (guard)
            expect(guard.verdict).toBe(guards[guard.guard as GuardName]({ context: before.context, event }));
        seen.add(leafOf(before.value));
      }
    }),
    { numRuns: 1500 },
  );
  expect([...seen].sort()).toEqual(leaves.filter((leaf) => leaf !== 'closed').sort());
});

const leafOf = (value: object | string): string =>
  typeof value === 'string' ? value : Object.entries(value).flat().join('.');
