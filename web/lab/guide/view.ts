import type { Playback } from '../playback.ts';
import type { Selection } from '../selection.ts';
import type { Clients } from '../sockets.ts';
import type { Fact } from './facts.ts';

type Parts = { clients: Clients | undefined; playback: Playback; selection: Selection };

/** What the page shows now. */
export function viewOf({ clients, playback, selection }: Parts): Fact {
  const { mode, showsPings, world } = playback;
  const actor = world.actors.get(selection.session ?? '');
  const open = [...(clients?.all.values() ?? [])].filter(({ isOpen }) => isOpen).length;
  const chosen = actor && { ...actor, isOwn: world.clientOf(actor.session) !== undefined };
  return { kind: 'view', mode, showsPings, open, chosen };
}
