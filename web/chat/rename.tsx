import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ChatError, type Refusal } from '../../src/client/client.ts';
import { isText } from '../../src/protocol/text.ts';
import type { Session } from './session.ts';
import { nameRefusalInWords, type Words } from './words.ts';

type Props = { session: Session; words: Words; onClose: () => void };

/** The form that changes the nickname, shown in its place. */
export function Rename({ session, words, onClose }: Props) {
  const { client } = session;
  const [nickname, setNickname] = useState(client.state.nickname ?? '');
  const [refusal, setRefusal] = useState<Refusal>();
  const isSaving = useRef(false);
  const field = useRef<HTMLInputElement>(null);

  useLayoutEffect(() => field.current?.select(), []);

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    if (isSaving.current && !session.isHaunted) return;
    if (nickname === client.state.nickname) {
      cancel();
      return;
    }
    const isConnected = client.state.status === 'registered';
    if (!isConnected || !isText(nickname, session.limits.maxName)) {
      setRefusal({ reason: isConnected ? 'WrongFormatName' : 'NotNow' });
      field.current?.focus();
      return;
    }
    isSaving.current = true;
    setRefusal(undefined);
    try {
      await session.join(nickname);
      onClose();
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (error.refusal.reason === 'Replaced') return;
      setRefusal(error.refusal);
      field.current?.focus();
    } finally {
      isSaving.current = false;
    }
  }

  function cancel(): void {
    session.giveUp();
    onClose();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    cancel();
  }

  return (
    <form class="rename" noValidate onSubmit={(event) => void save(event)} onKeyDown={onKeyDown}>
      <label class="unseen" for="new-nickname">
        {words.newNickname}
      </label>
      <input
        ref={field}
        id="new-nickname"
        class="field"
        value={nickname}
        placeholder={words.newNickname}
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        enterkeyhint="done"
        aria-invalid={refusal !== undefined}
        aria-describedby={refusal === undefined ? undefined : 'rename-refusal'}
        onInput={({ currentTarget }) => setNickname(currentTarget.value)}
      />
      <button type="submit" class="primary" aria-disabled={client.state.status !== 'registered'}>
        {words.save}
      </button>
      <button type="button" class="plain" onClick={cancel}>
        {words.cancel}
      </button>
      {refusal !== undefined && (
        <p class="refusal" id="rename-refusal" data-refusal>
          {nameRefusalInWords(refusal, words, session.limits)}
        </p>
      )}
    </form>
  );
}
