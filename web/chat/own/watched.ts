/** The options of a client that is watched, in place of `../watched.ts`. */
import type { AnyMachineSnapshot } from 'xstate';
import { idsOf } from '../../../src/charts/chart.ts';
import type { ChatClientOptions } from '../../../src/client/client.ts';
import { mount } from './panel.tsx';
import { socketTelling } from './socket.ts';

const { tellClient, tellServer } = mount();
let ids: ReadonlyMap<object, string> | undefined;

export const watched: Pick<ChatClientOptions, 'WebSocket' | 'inspect'> = {
  WebSocket: socketTelling(tellServer),
  inspect(event) {
    if (event.type !== '@xstate.microstep') return;
    const { value, machine } = event.snapshot as AnyMachineSnapshot;
    // What the client provides has the same chart, but transitions of its own.
    ids ??= idsOf(machine);
    const [edge] = event._transitions.flatMap((transition) => ids?.get(transition) ?? []);
    tellClient({ state: pathOf(value), event: event.event.type, edge });
  },
};

/** The path of the innermost state. */
function pathOf(value: AnyMachineSnapshot['value']): string {
  if (typeof value === 'string') return value;
  const [[key, inner] = ['', '']] = Object.entries(value);
  return inner === undefined ? key : `${key}.${pathOf(inner)}`;
}
