/** What a reload finds of the conversation: how far it had been read, and what was said in this tab. */
import { recall, remember } from './storage.ts';
import type { Read } from './transcript.ts';

/** So many of one's own messages are known again. */
const mostOwn = 2000;

/** How far this tab has been read, or another one of this browser. */
export function recallRead(): Read | undefined {
  const kept = recall('sessionStorage', 'read') ?? recall('localStorage', 'read');
  const [, position, timestamp = ''] = /^(\d+) (.*)$/.exec(kept ?? '') ?? [];
  return position === undefined ? undefined : { position: Number(position), timestamp };
}

export function keepRead(read: Read | undefined): void {
  for (const storage of ['sessionStorage', 'localStorage'] as const)
    remember(storage, 'read', read && `${read.position} ${read.timestamp}`);
}

/** Only while the page is hidden: a tab that is duplicated is somebody else, and has said nothing yet. */
export function keepOwn(own: ReadonlyMap<number, string> | undefined): void {
  remember('sessionStorage', 'own', own && JSON.stringify([...own].slice(-mostOwn)));
}

export function recallOwn(): Map<number, string> {
  const own = recall('sessionStorage', 'own');
  remember('sessionStorage', 'own', undefined);
  return new Map(own === null ? [] : (JSON.parse(own) as [number, string][]));
}
