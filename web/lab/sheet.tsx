import type { ComponentChildren, RefObject } from 'preact';
import { SignButton } from './sign.tsx';

type Props = {
  /** Its class, or several. */
  name: string;
  title: string;
  close: string;
  dialog: RefObject<HTMLDialogElement | null>;
  children: ComponentChildren;
};

/** A dialog over the page, with a title and a button that closes it. */
export function Sheet({ name, title, close, dialog, children }: Props) {
  const id = `title-${name.replace(/^.* /, '')}`;
  return (
    <dialog class={`sheet ${name}`} ref={dialog} aria-labelledby={id}>
      <div class="head">
        <h2 id={id}>{title}</h2>
        <SignButton sign="✕" says={close} onClick={() => dialog.current?.close()} />
      </div>
      {children}
    </dialog>
  );
}
