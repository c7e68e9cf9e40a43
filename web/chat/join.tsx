import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Mark } from './icons.tsx';
import type { Session } from './session.ts';
import { refusalInWords, type Words } from './words.ts';

type Props = { session: Session; words: Words; isEmbedded: boolean };

/** Asks for a nickname. It may be given before there is a connection: it is claimed once there is one. */
export function Join({ session, words, isEmbedded }: Props) {
  const { status, refusal } = session.client.state;
  const [nickname, setNickname] = useState('');
  const field = useRef<HTMLInputElement>(null);

  // In a frame the keyboard stays with the page around it until the reader comes over.
  useLayoutEffect(() => {
    if (!isEmbedded) field.current?.focus();
  }, [isEmbedded]);
  useLayoutEffect(() => {
    if (refusal !== undefined) field.current?.focus();
  }, [refusal]);

  function join(event: Event): void {
    event.preventDefault();
    // What comes of it stands in the client's state.
    session.client.register(nickname).catch(() => {});
  }

  return (
    <div class="join">
      <form class="join-card" noValidate onSubmit={join} aria-busy={status === 'claiming'}>
        <Mark />
        <h1>{words.title}</h1>
        <p class="tagline">{words.tagline}</p>
        <label for="nickname">{words.nickname}</label>
        <input
          ref={field}
          id="nickname"
          class="field"
          value={nickname}
          autocomplete="nickname"
          autocapitalize="words"
          spellcheck={false}
          dir="auto"
          enterkeyhint="go"
          aria-invalid={refusal !== undefined}
          aria-describedby={refusal === undefined ? undefined : 'refusal'}
          onInput={({ currentTarget }) => setNickname(currentTarget.value)}
        />
        {refusal !== undefined && (
          <p class="refusal" id="refusal" data-refusal>
            {refusalInWords(refusal, words, session.limits)}
          </p>
        )}
        <button type="submit" class="primary">
          {words.join}
        </button>
      </form>
    </div>
  );
}
