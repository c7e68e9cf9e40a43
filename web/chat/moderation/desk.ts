/** A moderator's acts, through the server's API, and what is open for them on the page. */
import type { Session } from '../session.ts';
import { recall, remember } from '../storage.ts';

/** A member, or the author of a message: the message at `position`. */
export type Subject = { readonly name: string; readonly position?: number };
type Member = { nickname: string; mask: string; state: string; since: string };
/** A ban has one of `nickname`, `pattern` and `mask`, a mute a `nickname`. Times are in ISO 8601; `null`: for good. */
export type Verdict = {
  nickname?: string;
  pattern?: string;
  mask?: string;
  until: string | null;
  reason: string;
  by: string;
};
type Status = {
  as: string;
  readonly: boolean;
  newcomers: string | null;
  members: number;
  messages: number;
};
/** What the server says of the room: see `look`. */
export type Room = { status: Status; members: Member[]; bans: Verdict[]; mutes: Verdict[] };

export type ActName =
  | 'kick'
  | 'ban'
  | 'unban'
  | 'mute'
  | 'unmute'
  | 'remove'
  | 'erase'
  | 'readonly'
  | 'newcomers'
  | 'announce';
/** What an act is told. */
export type Order = {
  nickname?: string;
  pattern?: string;
  mask?: string;
  for?: string;
  reason?: string;
  positions?: number[];
  on?: boolean;
  wait?: string | null;
  text?: string;
};
export type Act = { readonly name: ActName; readonly order: Order };
/** What has been done, and what takes it back. `count`: the messages that were removed. */
export type Done = Act & { readonly undo: Act | undefined; readonly count: number | undefined };

/** Why something could not be done: the status of the answer, 0 without one; what the server says; when to try again. */
export class ActError extends Error {
  readonly status: number;
  readonly retrySeconds: number;

  constructor(status: number, message = '', retrySeconds = 0) {
    super(message);
    this.status = status;
    this.retrySeconds = retrySeconds;
  }
}

/** Under this key the token is kept for this tab. The page connects with it. */
const kept = 'moderator';
/** What a header may hold. */
const tokenForm = /^[!-~]+$/;

export const recallToken = (): string | undefined => recall('sessionStorage', kept) ?? undefined;

export class Desk {
  readonly session: Session;
  /** What is open. */
  dialog: 'entry' | 'panel' | Subject | undefined;
  /** The name of the moderator who has signed in, once it is known. */
  as: string | undefined;
  /** What is known of the room, since something is open. */
  room: Room | undefined;
  /** What has been done last. */
  done: Done | undefined;
  /** Why what was asked for last could not be done. */
  error: ActError | undefined;
  isBusy = false;
  /** What is being done: what is chosen stays chosen meanwhile. */
  asked: Act | undefined;
  readonly #token: string | undefined;
  #onChange = () => {};

  constructor(session: Session, token: string | undefined) {
    this.session = session;
    this.#token = token;
  }

  get isSignedIn(): boolean {
    return this.#token !== undefined;
  }

  /** The listener is called with each change. There is one. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Opens a dialog in place of another one. */
  open(dialog: Desk['dialog']): void {
    this.dialog = dialog;
    this.error = undefined;
    if (dialog !== undefined) this.done = undefined;
    this.#onChange();
    if (dialog !== undefined && dialog !== 'entry') void this.#try(() => this.#look());
  }

  /** Signs in with a token if it is one. The page begins anew with it, and takes its nickname over. */
  async signIn(token: string): Promise<void> {
    await this.#try(async () => {
      if (!tokenForm.test(token)) throw new ActError(401);
      await ask('status', {}, token);
      remember('sessionStorage', kept, token);
      this.#begin();
    });
  }

  signOut(): void {
    remember('sessionStorage', kept, undefined);
    this.#begin();
  }

  /** Learns who has signed in. Signs out if the token is not one any more. */
  async check(): Promise<void> {
    try {
      const { as } = (await ask('status', {}, this.#token)) as Status;
      this.as = as;
      this.#onChange();
    } catch (error) {
      if (error instanceof ActError && error.status === 401) this.signOut();
    }
  }

  /** Does it, and closes what is open unless it stays. Resolves to whether it has been done. */
  perform(act: Act, undo?: Act): Promise<boolean> {
    this.asked = act;
    return this.#try(async () => {
      try {
        const said = (await ask(act.name, act.order, this.#token)) as { removed?: number | number[] };
        const count = typeof said.removed === 'number' ? said.removed : said.removed?.length;
        this.done = { ...act, undo, count };
        if (this.dialog === 'panel') await this.#look();
        else this.open(undefined);
      } finally {
        this.asked = undefined;
      }
    });
  }

  /** The reader has seen what was done. */
  dismiss(): void {
    this.done = undefined;
    this.#onChange();
  }

  async #look(): Promise<void> {
    const [status, list, bans, mutes] = await Promise.all(
      ['status', 'list', 'bans', 'mutes'].map((name) => ask(name, {}, this.#token)),
    );
    this.room = Object.assign({ status }, list, bans, mutes) as Room;
  }

  async #try(run: () => Promise<void>): Promise<boolean> {
    this.isBusy = true;
    this.error = undefined;
    this.#onChange();
    try {
      await run();
      return true;
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      this.error = error;
      return false;
    } finally {
      this.isBusy = false;
      this.#onChange();
    }
  }

  #begin(): void {
    history.replaceState(history.state, '', location.pathname + location.search);
    location.reload();
  }
}

/** Rejects with an ActError. */
async function ask(name: string, order: object, token: string | undefined): Promise<object> {
  const response = await fetch(`./admin/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(order),
  }).catch(() => undefined);
  if (response === undefined) throw new ActError(0);
  const said: { error?: string } = await response.json().catch(() => ({}));
  if (response.ok) return said;
  throw new ActError(response.status, said.error, Number(response.headers.get('retry-after')));
}
