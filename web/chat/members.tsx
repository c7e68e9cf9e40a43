import { useLayoutEffect, useRef } from 'preact/hooks';
import { Avatar } from './avatar.tsx';
import { CloseIcon } from './icons.tsx';
import type { Ignored } from './ignored.ts';
import type { Tools } from './session.ts';
import type { Words } from './words.ts';

type Props = {
  online: readonly string[];
  nickname: string | undefined;
  words: Words;
  ignored: Ignored;
  tools: Tools | undefined;
  isOpen: boolean;
  onClose: () => void;
};

/** Who is online: beside the conversation where there is room, else a drawer over it. */
export function Members({ online, nickname, words, ignored, tools, isOpen, onClose }: Props) {
  const closer = useRef<HTMLButtonElement>(null);

  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    closer.current?.focus();
    return () => document.getElementById('members-toggle')?.focus();
  }, [isOpen]);

  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      onClose();
    };
    const wide = matchMedia('(width >= 768px)');
    // Captures the key before other listeners.
    document.addEventListener('keydown', onKeyDown, true);
    wide.addEventListener('change', onClose);
    // The window may have become wide before the listener was added.
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
              {name !== nickname && <Ignore name={name} ignored={ignored} words={words} />}
              {tools?.(words, { name })}
            </li>
          ))}
        </ul>
        {online.length === 1 && <p class="alone">{words.alone}</p>}
      </aside>
    </>
  );
}

function Ignore({ name, ignored, words }: { name: string; ignored: Ignored; words: Words }) {
  const isIgnored = ignored.has(name);
  const action = isIgnored ? words.hear : words.ignore;
  return (
    <button
      type="button"
      class="plain ignore"
      data-ignored={isIgnored ? '' : undefined}
      aria-label={`${action}: ${name}`}
      onClick={() => ignored.set(name, !isIgnored)}
    >
      {action}
    </button>
  );
}
