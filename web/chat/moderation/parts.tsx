/** What the moderator's dialogs have in common. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { focusField } from '../embedding.ts';
import { CloseIcon } from '../icons.tsx';
import type { Words } from '../words.ts';
import type { Act, ActError, Desk, Order } from './desk.ts';
import type { Texts } from './texts.ts';

export type View = { desk: Desk; texts: Texts; words: Words };

/** A dialog that is open for as long as it is drawn. */
export function Dialog({
  desk,
  title,
  children,
}: {
  desk: Desk;
  title: string;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => {
      // The browser then gives the focus back to what opened it, unless that is gone, or goes with its message.
      current?.close();
      const isRemoved = desk.done?.name === 'remove' || desk.done?.name === 'erase';
      if (isRemoved || document.activeElement === document.body) focusField();
    };
  }, []);

  // The page around the chat is not to close its window as well.
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') event.stopPropagation();
  }

  return (
    <dialog
      ref={dialog}
      class="menu moderation"
      aria-labelledby="moderation"
      aria-busy={desk.isBusy}
      onKeyDown={onKeyDown}
      onClose={() => desk.open(undefined)}
    >
      <h2 id="moderation">
        <bdi>{title}</bdi>
      </h2>
      {children}
    </dialog>
  );
}

/** Why something could not be done. The element always exists, so that screen readers announce changes in it. */
export function Fault({ desk, texts }: View) {
  return (
    <p class="refusal" role="alert">
      {desk.error && errorInWords(desk.error, texts)}
    </p>
  );
}

function errorInWords({ status, message, retrySeconds }: ActError, texts: Texts): string {
  const known: Record<number, string> = {
    0: texts.unreachable,
    401: texts.badToken,
    403: texts.forbidden,
    404: texts.nothing,
    429: texts.tooMany(retrySeconds),
  };
  return known[status] ?? `${texts.failed}: ${message}`;
}

/** What has been done, with the way back. It stays until the reader has closed it, or does something else. */
export function Told({ desk, texts, words }: View) {
  const { done } = desk;
  const box = useRef<HTMLDivElement>(null);

  // The buttons go once they have been used. The focus must not go with them.
  function moveOn(): void {
    if (desk.dialog === undefined) focusField();
    else box.current?.focus();
  }

  function undo(act: Act): void {
    moveOn();
    void desk.perform(act);
  }

  function dismiss(): void {
    moveOn();
    desk.dismiss();
  }

  return (
    <div ref={box} class="told" role="status" tabIndex={-1}>
      {done && (
        <>
          <span>{texts.done(done.name, whomOf(done.order), done.count)}</span>
          {done.undo && (
            <button
              type="button"
              class="plain"
              disabled={desk.isBusy}
              onClick={() => done.undo && undo(done.undo)}
            >
              {texts.undo}
            </button>
          )}
          <button type="button" class="tool" aria-label={words.close} onClick={dismiss}>
            <CloseIcon />
          </button>
        </>
      )}
    </div>
  );
}

const whomOf = ({ nickname, pattern, mask }: Order) => nickname ?? pattern ?? mask ?? '';

type ConfirmedProps = View & { label: string; question: string; onConfirm: () => void };

/** A button for what cannot be undone: it asks once. */
export function Confirmed({ desk, words, label, question, onConfirm }: ConfirmedProps) {
  const [isAsking, setAsking] = useState(false);
  const yes = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  useLayoutEffect(() => {
    if (isAsking) yes.current?.focus();
    else if (wasAsking.current) first.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);

  if (!isAsking)
    return (
      <button ref={first} type="button" class="plain danger" onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  return (
    <fieldset class="question">
      <legend>{question}</legend>
      <div class="actions">
        <button
          ref={yes}
          type="button"
          class="plain danger"
          // Not while something is only looked up: a button that is disabled takes no focus.
          disabled={desk.asked !== undefined}
          onClick={onConfirm}
        >
          {label}
        </button>
        <button type="button" class="plain" onClick={() => setAsking(false)}>
          {words.cancel}
        </button>
      </div>
    </fieldset>
  );
}

type ChoiceProps = {
  label: string;
  options: string[][];
  value: string;
  onChoose: (value: string) => void;
};

export function Choice({ label, options, value, onChoose }: ChoiceProps) {
  // What was set elsewhere may be none of them.
  const all = options.some(([key]) => key === value) ? options : [...options, [value, value]];
  return (
    <label>
      {label}
      <select class="field" value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {all.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
