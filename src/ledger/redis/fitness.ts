/** What a Redis must be like to keep a room. */
import { StartError } from '../../start-error.ts';
import type { Redis } from './client.ts';

/** The oldest version whose scripts can say that they may run when Redis is full. */
const oldest = 7;

/** The settings without which an acknowledged message can be lost, and what each must be. */
const needed: Readonly<Record<string, RegExp>> = {
  appendonly: /^yes$/,
  appendfsync: /^always$/,
  // Otherwise nothing is synced while Redis writes its file anew.
  'no-appendfsync-on-rewrite': /^no$/,
  // Of our keys only answers to questions expire, so a policy that evicts only such keys never evicts what must stay.
  'maxmemory-policy': /^(?:noeviction|volatile-.*)$/,
};
const mends: Readonly<Record<string, string>> = {
  appendonly: 'yes',
  appendfsync: 'always',
  'no-appendfsync-on-rewrite': 'no',
  'maxmemory-policy': 'noeviction',
};

/** Throws a StartError if Redis cannot keep a room. Returns what it may lose, and how to mend that, if anything. */
export async function weaknessOf(redis: Redis): Promise<string | undefined> {
  const info = `${await redis.call(['INFO'])}`;
  const factOf = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const version = factOf('redis_version');
  if (Number.parseInt(version, 10) < oldest)
    throw new StartError(
      'LEDGER_UNUSABLE',
      `Redis must be version ${oldest}.0 or newer, and this is ${version}`,
    );
  if (factOf('cluster_enabled') === '1')
    throw new StartError('LEDGER_UNUSABLE', 'Redis must not run as a cluster: a room is in one place');
  if (factOf('role') !== 'master')
    throw new StartError(
      'LEDGER_UNUSABLE',
      'this Redis is a replica; the room needs the one that takes writes',
    );
  const weak: string[] = [];
  for (const [name, right] of Object.entries(needed)) {
    const found = await settingOf(redis, name);
    if (found === undefined) weak.push(`the setting ${name} cannot be read; allow CONFIG GET`);
    else if (!right.test(found))
      weak.push(
        `${name} is ${found}; mend it with: redis-cli CONFIG SET ${name} ${mends[name]}, then redis-cli CONFIG REWRITE`,
      );
  }
  return weak.length === 0 ? undefined : `Redis may lose what was acknowledged: ${weak.join('; ')}`;
}

async function settingOf(redis: Redis, name: string): Promise<string | undefined> {
  try {
    const reply = await redis.call(['CONFIG', 'GET', name]);
    const [, value] = Array.isArray(reply) ? reply : [];
    return value === undefined ? undefined : `${value}`;
  } catch {
    return undefined;
  }
}
