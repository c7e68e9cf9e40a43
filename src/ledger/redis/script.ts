/**
 * The one script that changes a room in Redis. Redis runs it as one step, so its decisions are the order. Changes come
 * to what they come to in a process of its own (`holdings.ts`).
 *
 * The keys of a room are all under one hash tag, so that the script may make their names:
 *
 * - `meta`, a hash: `epoch`, a random id of the room; `seq`, the number of the last stretch, and its `tag`;
 *   `registrations`; `clock` and `seen`; the `dialect` and `comparison` of its processes; `base`, the position of the
 *   oldest message that is kept; `removals`, how many messages have been removed, and `removal`, the last stretch in which
 *   some were; `purged`, the stretch from which on the log was last written anew; `keeper`, the node that drops messages,
 *   and `archive`, the last one that had an archive for them
 * - `log`, a stream with one entry for each stretch, `<seq>-0`: `n` node, `b` batch, `t` timestamp, then what each change
 *   came to, as pairs of type and value
 * - `history`, a list of messages in their stored form; `removals`, the last positions at which some were removed
 * - `rules`, a hash: `document`, what moderators have decided (`moderation/rules.ts`), and its `version`
 * - `answers:<question>`, a hash from node to what it has answered, for two minutes
 * - `nicknames`, a hash from a nickname's key to its holding; `order`, their keys by number of registration
 * - `nodes`, the nodes by the end of their leases
 * - `node:<node>`, a hash: `lease` and `resume`, as the process is set; `batch`, the number of its last one; `seq`, up to
 *   where it has read the log
 * - `own:<node>`, a hash from connection to key, empty if another connection has taken the holding over
 * - `orphans`, the keys of holdings that wait for their peers without a node, by their deadlines
 *
 * A node is a process from when it joins until it is given up. All times are in milliseconds of the room's clock. It
 * stands still while no process reaches Redis, so a Redis that was away has nobody given up.
 */
import { createHash } from 'node:crypto';
import { luaActs } from './lua-acts.ts';
import { luaChanges } from './lua-changes.ts';
import { luaOperations } from './lua-operations.ts';
import { luaRoom } from './lua-room.ts';

export type Script = { readonly text: string; readonly hash: string };

const luaRun = `
call('HSET', meta, 'seen', whole(now), 'clock', whole(clock))
return ops[op](unpack(ARGV, 6))
`;

const scriptOf = (flags: string): Script => {
  const text = [`#!lua${flags}\n`, luaRoom, luaChanges, luaOperations, luaActs, luaRun].join('');
  return { text, hash: createHash('sha1').update(text).digest('hex') };
};

/** Is refused with `OOM` when Redis is full. */
export const modest = scriptOf('');
/** Runs even when Redis is full: what it changes needs little room, or frees some. */
export const urgent = scriptOf(' flags=allow-oom');
