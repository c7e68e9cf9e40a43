import { useState } from 'preact/hooks';
import { Dialog, Fault, type View } from './parts.tsx';

/** Asks for a moderator's token. */
export function Entry(view: View) {
  const { desk, texts, words } = view;
  const [token, setToken] = useState('');

  function submit(event: Event): void {
    event.preventDefault();
    void desk.signIn(token.trim());
  }

  return (
    <Dialog desk={desk} title={texts.title}>
      <form onSubmit={submit}>
        <label for="token">{texts.token}</label>
        <input
          id="token"
          class="field"
          type="password"
          autocomplete="off"
          value={token}
          aria-invalid={desk.error !== undefined}
          aria-describedby="token-note"
          onInput={({ currentTarget }) => setToken(currentTarget.value)}
        />
        <p id="token-note" class="quiet">
          {texts.tokenNote}
        </p>
        <Fault {...view} />
        <div class="actions">
          <button type="submit" class="primary" disabled={desk.isBusy}>
            {texts.signIn}
          </button>
          <button type="button" class="plain" onClick={() => desk.open(undefined)}>
            {words.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
