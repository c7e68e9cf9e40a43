import { keyOf } from './mention.ts';

const hues = 24;

/** A nickname's initial on a colour of its own. It is decoration: not read out and not copied. */
export function Avatar({ nickname }: { nickname: string }) {
  return (
    <span
      class="avatar"
      aria-hidden="true"
      data-initial={initialOf(nickname)}
      style={{ '--hue': `${hueOf(nickname)}` }}
    />
  );
}

/** The hue for a nickname in degrees, regardless of case. */
function hueOf(nickname: string): number {
  let hash = 2166136261;
  for (const character of keyOf(nickname)) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return ((hash >>> 8) % hues) * (360 / hues);
}

/** The first letter, digit or emoji of a nickname. */
function initialOf(nickname: string): string {
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.exec(nickname)?.[0].toLocaleUpperCase() ?? '?';
}
