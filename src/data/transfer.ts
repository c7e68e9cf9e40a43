/**
 * Copies a history. The copy grows beside its store, and the next command goes on with it if this one is interrupted. It
 * becomes the history in one step, once the copy and the source, both read anew, have turned out to be the same.
 */
import { StartError } from '../start-error.ts';
import { Digest, digestOf } from './digest.ts';
import type { Progress } from './progress.ts';
import type { Stage, Store } from './store.ts';

export type Transfer = {
  digest: Digest;
  /** How many messages have come to the source since it was copied. */
  more: number;
};

/** Rejects with a StartError, or with an Interrupted if the same command can go on. */
export async function transfer(from: Store, to: Store, progress: Progress): Promise<Transfer> {
  const obstacle = await to.occupied();
  if (obstacle !== undefined) return compare(from, to, progress, obstacle);
  const stage = await to.stage();
  try {
    const base = await from.base();
    const digest = await fill(from, stage, progress);
    const { digest: arrived } = await digestOf(progress.watch('checking the copy', stage.read()));
    if (!arrived.equals(digest)) throw refused(`${stage.shown} does not hold what was written to it`);
    const source = progress.watch('checking the source', from.read());
    const { digest: now, more } = await digestOf(source, digest.messages);
    if (!now.equals(digest)) throw refused(`${from.shown} has changed while it was copied`);
    const late = await stage.publish(base);
    if (late === undefined) return { digest, more };
    throw refused(`cannot copy to ${to.shown}: ${late}; the copy is kept in ${stage.shown}`);
  } finally {
    await stage.close();
  }
}

/** Copies what the stage does not have yet. Resolves to the digest of all that it has then. */
async function fill(from: Store, stage: Stage, progress: Progress): Promise<Digest> {
  const { digest: begun } = await digestOf(progress.watch('reading what is copied', stage.read()));
  if (begun.messages > 0) progress.say(`going on with ${stage.shown}: messages copied ${begun.messages}`);
  const digest = new Digest();
  const expectBegun = () => {
    if (digest.equals(begun)) return;
    throw refused(`${stage.shown} is not the beginning of ${from.shown}; remove it to begin anew`);
  };
  for await (const { messages } of progress.watch('copying', from.read())) {
    const known = messages.slice(0, Math.max(0, begun.messages - digest.messages));
    const rest = messages.slice(known.length);
    digest.add(known);
    if (rest.length === 0) continue;
    if (digest.messages === begun.messages) expectBegun();
    await stage.append(rest);
    digest.add(rest);
  }
  if (digest.messages <= begun.messages) expectBegun();
  return digest;
}

/** What is there is never overwritten. If it is the same, an earlier command was killed just after its last step. */
async function compare(from: Store, to: Store, progress: Progress, obstacle: string): Promise<Transfer> {
  const { digest } = await digestOf(progress.watch('comparing the source', from.read()));
  const there = await digestOf(progress.watch('comparing the target', to.read())).catch((error) => {
    if (!(error instanceof StartError)) throw error;
  });
  if (there?.digest.equals(digest) !== true) throw refused(`cannot copy to ${to.shown}: ${obstacle}`);
  progress.say(`${to.shown} holds the same messages already`);
  return { digest, more: 0 };
}

const refused = (why: string) => new StartError('DATA_UNUSABLE', why);
