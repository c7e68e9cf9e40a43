import { hueOf, initialOf } from './nickname.ts';

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
