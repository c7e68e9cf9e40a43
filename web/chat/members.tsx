import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Avatar } from './avatar.tsx';
import { CloseIcon } from './icons.tsx';
import type { Words } from './words.ts';

type Props = {
  online: readonly string[];
  nickname: string | undefined;
  words: Words;
  isOpen: boolean;
  onClose: () => void;
};

/** Who is online: beside the conversation where there is room, else a drawer over it. */
export function Members({ online, nickname, words, isOpen, onClose }: Props) {
  const closer = useRef<HTMLButtonElement>(null);

  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    closer.current?.focus();
    return () => document.getElementById('members-toggle')?.focus();
  }, [isOpen]);

  useEffect(() => {
    if (!isOpen) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      onClose();
    };
    const wide = matchMedia('(width >= 768px)');
    // Before anybody else hears of the key.
    document.addEventListener('keydown', onKeyDown, true);
    wide.addEventListener('change', onClose);
    // It may have become so just before this listened.
    if (wide.matches) onClose();
    return () => {
      document.removeEventListener('keydown', onKeyDown, true);
      wide.removeEventListener('change', onClose);
    };
  }, [isOpen, onClose]);

  return (
    <>
      {isOpen && (
        <button type="button" class="veil" tabIndex={-1} aria-label={words.close} onClick={onClose} />
      )}
      <aside class="members" id="members" data-open={isOpen ? '' : undefined}>
        <div class="members-head">
          <h2 id="online">{words.online}</h2>
          <span class="count" aria-hidden="true">
            {online.length}
          </span>
          <button
            ref={closer}
            type="button"
            class="tool members-close"
            aria-label={words.close}
            onClick={onClose}
          >
            <CloseIcon />
          </button>
        </div>
        <ul aria-labelledby="online">
          {online.map((name) => (
            <li key={name} data-self={name === nickname ? '' : undefined}>
              <Avatar nickname={name} />
              <span class="member">
                <bdi title={name}>{name}</bdi>
                {name === nickname && <small> {words.you}</small>}
              </span>
            </li>
          ))}
        </ul>
        {online.length === 1 && <p class="alone">{words.alone}</p>}
      </aside>
    </>
  );
}
