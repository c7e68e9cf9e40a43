import { useLayoutEffect, useState } from 'preact/hooks';
import { Avatar } from './avatar.tsx';
import { fold } from './fold.ts';
import { keyOf } from './mention.ts';

/** How many nicknames are offered at most. */
const most = 6;

type Props = {
  field: HTMLTextAreaElement;
  /** Whom one can mention. */
  names: readonly string[];
  label: string;
  onWrite: (text: string) => void;
};

/** Completes the `@nickname` that ends at the caret: arrows choose, Enter or Tab takes, Escape leaves it. */
export function Completion({ field, names, label, onWrite }: Props) {
  const [caret, setCaret] = useState(-1);
  const [active, setActive] = useState(0);
  const [left, setLeft] = useState<number>();
  const before = field.value.slice(0, caret);
  const start = before.lastIndexOf('@');
  const offers = start === left || caret < 0 ? [] : offersFor(before, start, names);
  const chosen = offers[Math.min(active, offers.length - 1)];

  useLayoutEffect(() => {
    const look = () => {
      const { selectionStart, selectionEnd } = field;
      const isThere = document.activeElement === field && selectionStart === selectionEnd;
      setCaret(isThere ? selectionStart : -1);
    };
    look();
    document.addEventListener('selectionchange', look);
    field.addEventListener('input', look);
    field.addEventListener('blur', look);
    return () => {
      document.removeEventListener('selectionchange', look);
      field.removeEventListener('input', look);
      field.removeEventListener('blur', look);
    };
  }, [field]);

  useLayoutEffect(() => {
    if (chosen === undefined) return undefined;
    const act: Record<string, () => void> = {
      ArrowDown: () => setActive((active + 1) % offers.length),
      ArrowUp: () => setActive((active + offers.length - 1) % offers.length),
      Enter: () => take(chosen),
      Tab: () => take(chosen),
      Escape: () => setLeft(start),
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, isComposing, shiftKey } = event;
      if (isComposing || shiftKey || !Object.hasOwn(act, key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      act[key]?.();
    };
    // Before the composer hears of the key.
    field.addEventListener('keydown', onKeyDown, true);
    field.setAttribute('aria-controls', 'completion');
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-activedescendant', `completion-${offers.indexOf(chosen)}`);
    return () => {
      field.removeEventListener('keydown', onKeyDown, true);
      for (const name of ['controls', 'autocomplete', 'activedescendant'])
        field.removeAttribute(`aria-${name}`);
    };
  });

  function take(name: string): void {
    const end = field.value[caret] === ' ' ? caret + 1 : caret;
    // The caret goes with the text, since the next key may be pressed before the page is drawn again.
    field.setRangeText(`@${name} `, start, end, 'end');
    onWrite(field.value);
    setActive(0);
  }

  if (chosen === undefined) return null;
  return (
    <div class="above completion" id="completion" role="listbox" aria-label={label}>
      {offers.map((name, index) => (
        <button
          key={name}
          id={`completion-${index}`}
          type="button"
          role="option"
          tabIndex={-1}
          aria-selected={name === chosen}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(name)}
        >
          <Avatar nickname={name} />
          <bdi>{name}</bdi>
        </button>
      ))}
    </div>
  );
}

/**
 * Those of whose names a word begins with what stands behind the `@`; first those that begin with it themselves. Nobody
 * where a name is complete: who has written `@An` and presses Enter does not mean An Bình.
 */
function offersFor(before: string, start: number, names: readonly string[]): string[] {
  if (start < 0 || /[\p{L}\p{N}]$/u.test(before.slice(0, start))) return [];
  const written = before.slice(start + 1);
  if (names.some((name) => keyOf(name) === keyOf(written.trimEnd()))) return [];
  const typed = fold(written);
  const rank = (name: string) =>
    fold(name).startsWith(typed) ? 0 : ` ${fold(name)}`.includes(` ${typed}`) ? 1 : 2;
  return names
    .filter((name) => rank(name) < 2)
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, most);
}
