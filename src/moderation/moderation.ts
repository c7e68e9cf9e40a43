import { type Actor, host } from '../hosting/keys.ts';
import { inWords } from '../system-error.ts';
import { type ActName, ModerationError, type Order, type Results, readOrder } from './acts.ts';
import type { AuditEntry } from './audit.ts';
import { memberActs } from './members.ts';
import { messageActs } from './messages.ts';
import { type Handlers, Office, type OfficeOptions } from './office.ts';
import { roomActs } from './room.ts';

/** Carries out what moderators want, whichever way it has come. */
export class Moderation {
  readonly #office: Office;
  readonly #handlers: Handlers;

  constructor(options: OfficeOptions) {
    const office = new Office(options);
    this.#office = office;
    this.#handlers = { ...memberActs(office), ...messageActs(office), ...roomActs(office) };
  }

  /** Carries an act out. Rejects with a ModerationError. */
  async perform<Name extends ActName>(actor: Actor, name: Name, order: unknown): Promise<Results[Name]> {
    try {
      return await this.#handlers[name](actor, readOrder(name, order));
    } catch (error) {
      throw error instanceof ModerationError ? error : new ModerationError('failed', inWords(error));
    }
  }

  /** Calls the listener with each act that has been done until the returned function is called. */
  on(listener: (entry: AuditEntry) => void): () => void {
    return this.#office.on(listener);
  }
}

/** The acts as a program calls them, as the host. */
export function programOf(moderation: Moderation) {
  const act =
    <Name extends ActName>(name: Name) =>
    (order: Order<Name>): Promise<Results[Name]> =>
      moderation.perform(host, name, order);
  type Why = { reason?: string };
  type Term = Why & { for?: string };
  return {
    list: async () => (await act('list')({})).members,
    status: () => act('status')({}),
    kick: (nickname: string, why: Why = {}) => act('kick')({ nickname, ...why }),
    ban: (target: Order<'unban'>, term: Term = {}) => act('ban')({ ...target, ...term }),
    unban: (target: Order<'unban'>) => act('unban')(target),
    bans: async () => (await act('bans')({})).bans,
    mute: (nickname: string, term: Term = {}) => act('mute')({ nickname, ...term }),
    unmute: (nickname: string) => act('unmute')({ nickname }),
    mutes: async () => (await act('mutes')({})).mutes,
    messages: async (wanted: Order<'messages'> = {}) => (await act('messages')(wanted)).messages,
    remove: (positions: number[], why: Why = {}) => act('remove')({ positions, ...why }),
    erase: (nickname: string, why: Why = {}) => act('erase')({ nickname, ...why }),
    readonly: (on: boolean) => act('readonly')({ on }),
    newcomers: (wait: string | null) => act('newcomers')({ wait }),
    announce: (text: string) => act('announce')({ text }),
    words: (words: string[]) => act('words')({ words }),
    on: (listener: (entry: AuditEntry) => void) => moderation.on(listener),
  };
}
