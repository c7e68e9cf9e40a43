import { keyOf } from './mention.ts';

const hues = 24;

/** A nickname's initial on its own colour: an ornament, and no text that is read or copied. */
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

/** A hue of the nickname's own, in degrees; the same whether it is written in capitals or not. */
function hueOf(nickname: string): number {
  let hash = 2166136261;
  for (const character of keyOf(nickname)) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return ((hash >>> 8) % hues) * (360 / hues);
}

/** Its first letter, digit or picture. */
function initialOf(nickname: string): string {
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.exec(nickname)?.[0].toLocaleUpperCase() ?? '?';
}
