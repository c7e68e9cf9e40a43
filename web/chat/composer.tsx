import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Refusal } from '../../src/client/client.ts';
import { countCodePoints, isText } from '../../src/protocol/text.ts';
import { run } from './commands.ts';
import { Completion } from './completion.tsx';
import { mayFocus } from './embedding.ts';
import { Emoji } from './emoji.tsx';
import { SendIcon, SmileIcon } from './icons.tsx';
import { Parts } from './parts.tsx';
import type { Session } from './session.ts';
import { isBlank } from './text.ts';
import { type Language, nameRefusalInWords, type Words } from './words.ts';

/** The key code that browsers report while an input method is composing. */
const composingKeyCode = 229;

/** What is meant for the page, and not for the others. */
const command = /^\/(nick|ignore|help)(?:\s+(.+?))?\s*$/su;

type Props = { session: Session; words: Words; language: Language; onHelp: () => void };

/** Where one writes. Enter sends, Shift+Enter begins a new line, and an Enter of an input method's is its own. */
export function Composer({ session, words, language, onHelp }: Props) {
  const { maxContent } = session.limits;
  const [text, setText] = useState(session.draft);
  const [isPicking, setPicking] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const field = useRef<HTMLTextAreaElement>(null);
  const count = countCodePoints(text);
  const isFaulty = text !== '' && !isText(text, maxContent);
  const canSend = !isFaulty && !isBlank(text);
  const fault = count > maxContent ? words.tooMany(count - maxContent) : words.malformed;

  const { nickname, online } = session.client.state;
  const others = online.filter((name) => name !== nickname);

  useLayoutEffect(() => {
    if (mayFocus()) field.current?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => {
    const { current } = field;
    const box = current?.parentElement;
    if (current === null || box == null) return;
    // The box keeps its height while it is measured: if the list grew even for a moment, it would lose its place.
    box.style.height = `${box.getBoundingClientRect().height}px`;
    current.style.height = 'auto';
    current.style.height = `${current.scrollHeight}px`;
    box.style.height = '';
  }, [text]);

  function write(content: string): void {
    session.draft = content;
    setRefusal(undefined);
    setText(content);
  }

  /** Puts it where the caret is. */
  function insert(sign: string): void {
    const { current } = field;
    setPicking(false);
    if (current === null) return;
    current.focus();
    current.setRangeText(sign, current.selectionStart, current.selectionEnd, 'end');
    write(current.value);
  }

  function stopPicking(): void {
    setPicking(false);
    field.current?.focus();
  }

  function sendAll(contents: readonly string[]): void {
    if (nickname === undefined) return;
    for (const content of contents) session.send(content);
    write('');
    field.current?.focus();
  }

  async function obey(order: readonly string[]): Promise<void> {
    const said = await run(order, session, onHelp);
    setRefusal(said);
    if (said === undefined) write('');
  }

  function send(event: Event): void {
    event.preventDefault();
    if (!canSend) return;
    const order = command.exec(text)?.slice(1);
    if (order === undefined) sendAll([text]);
    else void obey(order);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey) return;
    if (event.isComposing || event.keyCode === composingKeyCode) return;
    send(event);
  }

  return (
    <form class="composer" onSubmit={send}>
      {field.current !== null && text.includes('@') && (
        <Completion field={field.current} names={others} label={words.mention} onWrite={write} />
      )}
      {isPicking && <Emoji language={language} onChoose={insert} onClose={stopPicking} />}
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
        <button
          type="button"
          class="tool"
          aria-label={words.emoji}
          title={words.emoji}
          aria-expanded={isPicking}
          onClick={() => (isPicking ? stopPicking() : setPicking(true))}
        >
          <SmileIcon />
        </button>
        <button type="submit" class="send" aria-label={words.send} title={words.send} disabled={!canSend}>
          <SendIcon />
        </button>
      </div>
      {isFaulty && (
        <p id="fault" class="refusal">
          {fault}
        </p>
      )}
      {count > maxContent && <Parts text={text} max={maxContent} label={words.sendAs} onSend={sendAll} />}
      {refusal !== undefined && (
        <p class="refusal" role="alert" data-refusal>
          {nameRefusalInWords(refusal, words, session.limits)}
        </p>
      )}
    </form>
  );
}
