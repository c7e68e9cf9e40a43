import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ChatError, type Refusal } from '../../src/client/client.ts';
import { isText } from '../../src/protocol/text.ts';
import { mayFocus } from './embedding.ts';
import { Mark } from './icons.tsx';
import type { Session } from './session.ts';
import { recall } from './storage.ts';
import { nameRefusalInWords, type Words } from './words.ts';

type Props = { session: Session; words: Words; title: string };

/** Asks for a nickname. It may be given before there is a connection: it is claimed once there is one. */
export function Join({ session, words, title }: Props) {
  const { online = 0 } = session.room;
  const { status, refusal: said } = session.client.state;
  // A refusal by the client itself, before the server was asked.
  const [unsaid, setUnsaid] = useState<Refusal>();
  const refusal = unsaid ?? said;
  const note = session.isHaunted
    ? words.ghost
    : refusal && nameRefusalInWords(refusal, words, session.limits);
  const isBusy = session.isJoining || status === 'claiming';
  const [nickname, setNickname] = useState(() => recall('localStorage', 'nickname') ?? '');
  const field = useRef<HTMLInputElement>(null);

  // Runs at first and after each refusal.
  useLayoutEffect(() => {
    if (mayFocus()) field.current?.focus();
  }, [refusal]);

  async function join(event: Event): Promise<void> {
    event.preventDefault();
    if (!isText(nickname, session.limits.maxName)) {
      setUnsaid({ reason: 'WrongFormatName' });
      return;
    }
    setUnsaid(undefined);
    try {
      await session.join(nickname);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      // All other refusals are in the client's state.
      if (error.refusal.reason === 'NotNow') setUnsaid(error.refusal);
    }
  }

  if (session.turnedAway !== undefined)
    return (
      <div class="join">
        <div class="join-card">
          <Mark />
          <h1>{title}</h1>
          <p class="tagline" role="alert">
            {session.turnedAway === 403 ? words.banner.banned : words.turnedAway}
          </p>
        </div>
      </div>
    );
  return (
    <div class="join">
      <form class="join-card" noValidate onSubmit={(event) => void join(event)} aria-busy={isBusy}>
        <Mark />
        <h1>{title}</h1>
        <p class="tagline">{words.tagline}</p>
        {online > 0 && (
          <p class="present" data-present>
            {words.members(online)}
          </p>
        )}
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
          aria-describedby={note === undefined ? undefined : 'refusal'}
          onInput={({ currentTarget }) => setNickname(currentTarget.value)}
        />
        {note !== undefined && (
          <p class="refusal" id="refusal" data-refusal>
            {note}
          </p>
        )}
        <button type="submit" class="primary">
          {words.join}
        </button>
      </form>
    </div>
  );
}
