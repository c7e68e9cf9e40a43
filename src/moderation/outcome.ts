import type { Refusal } from '../hosting/http.ts';
import type { Actor } from '../hosting/keys.ts';
import { isAct, ModerationError } from './acts.ts';
import type { Moderation } from './moderation.ts';

/** What an act comes to, as an HTTP answer. */
export type Outcome = {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Does what somebody asks for. `order` is what has been sent, and may be anything. */
export type Perform = (actor: Actor, act: string, order: unknown) => Promise<Outcome>;

const statuses = { invalid: 400, forbidden: 403, absent: 404, failed: 503 } as const;

/** Carries an act out, if there is one of this name. */
export async function outcomeOf(
  moderation: Moderation,
  actor: Actor,
  act: string,
  order: unknown,
): Promise<Outcome> {
  if (!isAct(act)) return refused({ status: 404, text: `There is no act ${act}.` });
  try {
    return { status: 200, body: await moderation.perform(actor, act, order) };
  } catch (error) {
    if (!(error instanceof ModerationError)) throw error;
    return refused({ status: statuses[error.code], text: error.message });
  }
}

/** The outcome of an act that is not done, and why. */
export const refused = ({ status, text, headers = {} }: Refusal): Outcome => ({
  status,
  body: { done: false, error: text },
  headers,
});
