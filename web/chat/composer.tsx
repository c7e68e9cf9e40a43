import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { countCodePoints, isText } from '../../src/protocol/text.ts';
import { mayFocus } from './embedding.ts';
import { SendIcon } from './icons.tsx';
import type { Session } from './session.ts';
import { isBlank } from './text.ts';
import type { Words } from './words.ts';

/** The key that browsers report while an input method is composing. */
const composingKeyCode = 229;

type Props = { session: Session; words: Words };

/** Where one writes. Enter sends, Shift+Enter begins a new line, and an Enter of an input method's is its own. */
export function Composer({ session, words }: Props) {
  const { maxContent } = session.limits;
  const [text, setText] = useState(session.draft);
  const field = useRef<HTMLTextAreaElement>(null);
  const count = countCodePoints(text);
  const isFaulty = text !== '' && !isText(text, maxContent);
  const canSend = !isFaulty && !isBlank(text);
  const fault = count > maxContent ? words.tooMany(count - maxContent) : words.malformed;

  useLayoutEffect(() => {
    if (mayFocus()) field.current?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => {
    const { current } = field;
    const box = current?.parentElement;
    if (current === null || box == null) return;
    // While it is measured the box stays as high as it is: were the list to grow for a moment, it would lose its place.
    box.style.height = `${box.getBoundingClientRect().height}px`;
    current.style.height = 'auto';
    current.style.height = `${current.scrollHeight}px`;
    box.style.height = '';
  }, [text]);

  function write(content: string): void {
    session.draft = content;
    setText(content);
  }

  function send(event: Event): void {
    event.preventDefault();
    if (!canSend || session.client.state.nickname === undefined) return;
    session.send(text);
    write('');
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey) return;
    if (event.isComposing || event.keyCode === composingKeyCode) return;
    send(event);
  }

  return (
    <form class="composer" onSubmit={send}>
      <div class="composer-box" data-invalid={isFaulty ? '' : undefined}>
        <textarea
          ref={field}
          id="message"
          rows={1}
          value={text}
          dir="auto"
          placeholder={words.placeholder}
          aria-label={words.message}
          aria-invalid={isFaulty}
          aria-describedby={isFaulty ? 'fault counter' : 'counter'}
          enterkeyhint="send"
          onInput={({ currentTarget }) => write(currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <span id="counter" class="counter" data-counter data-near={count > maxContent * 0.8 ? '' : undefined}>
          {count}/{maxContent}
        </span>
        <button type="submit" class="send" aria-label={words.send} title={words.send} disabled={!canSend}>
          <SendIcon />
        </button>
      </div>
      {isFaulty && (
        <p id="fault" class="refusal">
          {fault}
        </p>
      )}
    </form>
  );
}
