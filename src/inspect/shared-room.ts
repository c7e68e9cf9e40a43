/** What there is to see and to do only where several processes share the room. */
import type { AnyActorRef } from 'xstate';
import type { System } from '../actors/system.ts';
import type { ChatConfig } from '../hosting/options.ts';
import { Hang } from './faults/hang.ts';
import type { ShownProcess } from './told.ts';

export type SharedRoom = {
  /** All nicknames in use, as a JSON array in UTF-8. */
  online: () => Uint8Array;
  process: ShownProcess;
  hang: Pick<Hang, 'obstacle' | 'begin'>;
};

/** The room as this process sees it. */
export function sharedRoom(config: ChatConfig, online: SharedRoom['online']): SharedRoom {
  const hang = new Hang(config, process);
  const { seconds: hangSeconds, obstacle } = hang;
  return { online, hang, process: { pid: process.pid, leaseSeconds: config.lease, hangSeconds, obstacle } };
}

/** Someone online. `connection`: the one of this process that holds the nickname; `undefined` if it is elsewhere. */
export type Member = { nickname: string; connection: string | undefined };

/** Everyone online, in order of registration. */
export function membersOf({ online }: SharedRoom, system: Pick<System, 'actors'>): Member[] {
  const holders = new Map(system.actors().map((actor) => [nicknameOf(actor), actor.id]));
  const nicknames: string[] = JSON.parse(Buffer.from(online()).toString());
  return nicknames.map((nickname) => ({ nickname, connection: holders.get(nickname) }));
}

const nicknameOf = (actor: AnyActorRef): string | undefined => actor.getSnapshot().context?.nickname;
