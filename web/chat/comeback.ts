/**
 * Lets the page continue after a reload under its nickname, without anybody seeing it leave or join.
 *
 * The secret is in sessionStorage only while the page is hidden, as it is during a reload. A duplicated tab gets a copy
 * of sessionStorage; with the secret in it, the two tabs would take the nickname from each other.
 */
import type { ChatClient, Resume } from '../../src/client/client.ts';
import { recall, remember } from './storage.ts';

/** What `keepComeback` has stored in this tab. */
export function recallComeback(): Resume | undefined {
  const nickname = recall('sessionStorage', 'nickname');
  const secret = recall('sessionStorage', 'secret');
  return nickname === null || secret === null ? undefined : { nickname, secret };
}

/** Stores what a reload needs, and the nickname permanently as a suggestion for the next time. */
export function keepComeback(client: ChatClient): void {
  let known: Resume | undefined;
  const keep = () => {
    const { nickname, resume } = client.state;
    const kept = document.hidden ? resume : undefined;
    remember('sessionStorage', 'nickname', kept?.nickname);
    remember('sessionStorage', 'secret', kept?.secret);
    if (nickname !== undefined) remember('localStorage', 'nickname', nickname);
    // Who is back is no ghost. A page that closes is hidden after it has said so.
    if (!document.hidden && nickname !== undefined && mayBeGhost(nickname, Number.POSITIVE_INFINITY))
      remember('localStorage', 'left', undefined);
    known = resume;
  };
  keep();
  addEventListener('pagehide', () => {
    const { nickname } = client.state;
    if (nickname !== undefined) remember('localStorage', 'left', `${Date.now()} ${nickname}`);
  });
  document.addEventListener('visibilitychange', keep);
  client.on('state', ({ resume }) => {
    if (resume !== known) keep();
  });
}

/** Has a page of this browser held this nickname until so short a time ago that the server may not know that it is gone? */
export function mayBeGhost(nickname: string, seconds: number): boolean {
  const [, time, left] = /^(\d+) (.*)$/su.exec(recall('localStorage', 'left') ?? '') ?? [];
  return left === nickname && Date.now() - Number(time) < seconds * 1000;
}
