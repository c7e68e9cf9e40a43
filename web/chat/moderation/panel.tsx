import { useState } from 'preact/hooks';
import { timeInWords } from '../words.ts';
import type { ActName, Order, Verdict } from './desk.ts';
import { Choice, Dialog, Fault, Told, type View } from './parts.tsx';

/** The room's switches, what the host says to everybody, and who is banned or muted. */
export function Panel(view: View) {
  const { desk, texts, words } = view;
  const { room, asked } = desk;
  const wait = asked?.order.wait === undefined ? room?.status.newcomers : asked.order.wait;
  return (
    <Dialog desk={desk} title={texts.title}>
      <p class="quiet" role="status">
        {room ? texts.counts(room.status.members, room.status.messages) : texts.loading}
      </p>
      {room && (
        <p class="quiet">
          {texts.signedInAs} <bdi>{room.status.as}</bdi>.
        </p>
      )}
      <Fault {...view} />
      <Told {...view} />
      {room && (
        <>
          <h3>{texts.room}</h3>
          <label>
            <input
              type="checkbox"
              checked={asked?.order.on ?? room.status.readonly}
              onChange={({ currentTarget: { checked: on } }) => {
                const undo = { name: 'readonly', order: { on: !on } } as const;
                void desk.perform({ name: 'readonly', order: { on } }, undo);
              }}
            />
            {texts.readonly}
          </label>
          <Choice
            label={texts.newcomers}
            options={texts.waits}
            value={wait ?? ''}
            onChoose={(chosen) => {
              const undo = { name: 'newcomers', order: { wait: room.status.newcomers } } as const;
              void desk.perform({ name: 'newcomers', order: { wait: chosen || null } }, undo);
            }}
          />
          <Announce {...view} />
          <h3>{texts.bans}</h3>
          <Ban {...view} />
          <Verdicts {...view} verdicts={room.bans} lift="unban" label={texts.unban} />
          <h3>{texts.mutes}</h3>
          <Verdicts {...view} verdicts={room.mutes} lift="unmute" label={texts.unmute} />
        </>
      )}
      <div class="actions">
        <button type="button" class="primary" onClick={() => desk.open(undefined)}>
          {words.close}
        </button>
        <button type="button" class="plain" onClick={() => desk.signOut()}>
          {texts.signOut}
        </button>
      </div>
    </Dialog>
  );
}

function Announce({ desk, texts }: View) {
  const [text, setText] = useState('');

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (await desk.perform({ name: 'announce', order: { text: text.trim() } })) setText('');
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <label for="announce">{texts.announce}</label>
      <textarea
        id="announce"
        class="field"
        rows={2}
        value={text}
        dir="auto"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" class="plain" disabled={desk.isBusy || text.trim() === ''}>
        {texts.publish}
      </button>
    </form>
  );
}

/** Bans somebody who is not here, or all whose nicknames are like a pattern. */
function Ban({ desk, texts }: View) {
  const [whom, setWhom] = useState('');
  const [term, setTerm] = useState('7d');

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const target = /[*?]/.test(whom) ? { pattern: whom.trim() } : { nickname: whom.trim() };
    const order = term === '' ? target : { ...target, for: term };
    const undo = { name: 'unban', order: target } as const;
    if (await desk.perform({ name: 'ban', order }, undo)) setWhom('');
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <label for="ban">{texts.pattern}</label>
      <input
        id="ban"
        class="field"
        value={whom}
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        onInput={({ currentTarget }) => setWhom(currentTarget.value)}
      />
      <Choice label={texts.term} options={texts.terms} value={term} onChoose={setTerm} />
      <button type="submit" class="plain" disabled={desk.isBusy || whom.trim() === ''}>
        {texts.ban}
      </button>
    </form>
  );
}

type VerdictsProps = View & { verdicts: readonly Verdict[]; lift: ActName; label: string };

function Verdicts({ desk, texts, words, verdicts, lift, label }: VerdictsProps) {
  if (verdicts.length === 0) return <p class="quiet">{texts.none}</p>;
  return (
    <ul>
      {verdicts.map(({ nickname, pattern, mask, until, reason, by }) => {
        const order: Order =
          nickname !== undefined ? { nickname } : pattern !== undefined ? { pattern } : { mask: mask ?? '' };
        const whom = nickname ?? pattern ?? mask ?? '';
        return (
          <li key={whom}>
            <span>
              <bdi>{whom}</bdi>{' '}
              <small>
                {until === null ? texts.forGood : `${words.until} ${timeInWords(until, words.language)}`},{' '}
                {texts.by} <bdi>{by}</bdi>
                {reason !== '' && <>: {reason}</>}
              </small>
            </span>
            <button
              type="button"
              class="plain"
              aria-label={`${label}: ${whom}`}
              disabled={desk.isBusy}
              onClick={() => void desk.perform({ name: lift, order })}
            >
              {label}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
