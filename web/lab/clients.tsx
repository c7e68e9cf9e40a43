import { useState } from 'preact/hooks';
import type { Lab } from './lab.ts';
import type { LabClient } from './picture.ts';
import { SignButton } from './sign.tsx';
import type { Words } from './words.ts';

type Props = { lab: Lab; words: Words };

const mistakes = {
  notJson: 'hello',
  unknown: '{"data":"dance"}',
  noKey: '{"data":"send"}',
  wrongForm: '{"data":"name","name":7}',
  tooLong: JSON.stringify({ data: 'send', content: 'x'.repeat(5000) }),
} as const;

type Draft = { name: string; isResumable: boolean; content: string; frame: string };
/** The contents of each client's fields; kept while another client is chosen or the panel shows something else. */
const drafts = new Map<string, Draft>();

/** The page's clients, and the desk of the chosen one. */
export function ClientsView({ lab, words }: Props) {
  const { clients: said } = words;
  const { world } = lab;
  const chosen = lab.selection.client;
  const views = [...world.clients.values(), ...newOnes(lab)];
  return (
    <div class="body scrolling">
      {lab.clients === undefined ? (
        lab.link && <p class="hint">{words.noChat}</p>
      ) : (
        <button type="button" class="primary" id="add" onClick={() => void lab.addClient()}>
          {said.add}
        </button>
      )}
      {views.length === 0 && lab.link && <p class="hint">{said.none}</p>}
      <ul class="clients">
        {views.map(({ id, status, code, nickname, session }) => {
          const connection = world.actors.get(session ?? '');
          const unmatched = world.clients.has(id) ? said.unmatched : said.later;
          return (
            <li key={id} data-client={id} data-status={status}>
              <button
                type="button"
                class="pick"
                aria-pressed={id === chosen}
                onClick={() => lab.chooseClient(id)}
              >
                <b>{id}</b>
                <span class="who">
                  <span class="top">
                    <bdi title={nickname}>{nickname ?? '–'}</bdi>
                    <span class="status">{`${said.status[status]}${code === undefined ? '' : ` ${code}`}`}</span>
                  </span>
                  <span class="leaf">
                    {connection === undefined ? unmatched : `${connection.name} ${connection.leaf}`}
                  </span>
                </span>
              </button>
              <SignButton sign="✕" says={`${said.remove}: ${id}`} onClick={() => lab.removeClient(id)} />
            </li>
          );
        })}
      </ul>
      {chosen !== undefined && lab.clients?.all.has(chosen) && (
        <Desk key={chosen} id={chosen} lab={lab} words={words} />
      )}
    </div>
  );
}

/** Clients that are newer than the view, which may be paused or slow. */
const newOnes = ({ clients, world }: Lab): LabClient[] =>
  Array.from(clients?.all.values() ?? [], ({ id, status }) => ({
    id,
    status,
    code: undefined,
    nickname: undefined,
    session: undefined,
  })).filter(({ id }) => !world.clients.has(id));

/** What one client can send. */
function Desk({ id, lab, words }: Props & { id: string }) {
  const { clients: said } = words;
  const [draft, setDraft] = useState(
    () =>
      drafts.get(id) ?? {
        name: `Lab ${id}`,
        isResumable: false,
        content: 'Xin chào!',
        frame: '{"data":"get","limit":5}',
      },
  );
  const { name, isResumable, content, frame } = draft;
  const write = (change: Partial<Draft>) => {
    const changed = { ...draft, ...change };
    drafts.set(id, changed);
    setDraft(changed);
  };
  const client = lab.clients?.all.get(id);
  const say = (text: string) => client?.say(text);
  const isShut = !client?.isOpen;
  return (
    <div class="desk" data-desk={id}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          say(JSON.stringify({ data: 'name', name, ...(isResumable && { resume: true }) }));
        }}
      >
        <input
          class="field"
          aria-label={said.nickname}
          value={name}
          onInput={({ currentTarget }) => write({ name: currentTarget.value })}
        />
        <label class="check" title={said.resume}>
          <input
            type="checkbox"
            checked={isResumable}
            aria-label={`resume: ${said.resume}`}
            onInput={({ currentTarget }) => write({ isResumable: currentTarget.checked })}
          />
          resume
        </label>
        <button type="submit" class="plain" data-say="name" disabled={isShut}>
          name
        </button>
      </form>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          say(JSON.stringify({ data: 'send', content }));
        }}
      >
        <input
          class="field"
          aria-label={said.content}
          value={content}
          onInput={({ currentTarget }) => write({ content: currentTarget.value })}
        />
        <button type="submit" class="plain" data-say="send" disabled={isShut}>
          send
        </button>
        <button
          type="button"
          class="plain"
          data-say="three"
          title={said.three}
          aria-label={`×3: ${said.three}`}
          disabled={isShut}
          onClick={() => {
            for (let sent = 0; sent < 3; sent++) say(JSON.stringify({ data: 'send', content }));
          }}
        >
          ×3
        </button>
        <button
          type="button"
          class="plain"
          data-say="get"
          disabled={isShut}
          onClick={() => say('{"data":"get"}')}
        >
          get
        </button>
      </form>
      <div class="heading">
        <h3>{said.broken}</h3>
        {isShut && client?.comeBack !== undefined ? (
          <button type="button" class="plain" data-say="comeBack" onClick={() => void lab.comeBack(id)}>
            {said.comeBack}
          </button>
        ) : (
          <button
            type="button"
            class="plain danger"
            data-say="drop"
            title={said.dropping}
            disabled={isShut}
            onClick={() => client?.drop()}
          >
            {said.drop}
          </button>
        )}
        <button
          type="button"
          class="plain danger"
          data-say="close"
          disabled={isShut}
          onClick={() => client?.close()}
        >
          {said.kill}
        </button>
      </div>
      <fieldset class="buttons" aria-label={said.broken}>
        {Object.entries(mistakes).map(([mistake, text]) => (
          <button
            key={mistake}
            type="button"
            class="plain"
            data-say={mistake}
            disabled={isShut}
            onClick={() => say(text)}
          >
            {said.mistakes[mistake as keyof typeof mistakes]}
          </button>
        ))}
      </fieldset>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          say(frame);
        }}
      >
        <input
          class="field code"
          aria-label={said.free}
          spellcheck={false}
          value={frame}
          onInput={({ currentTarget }) => write({ frame: currentTarget.value })}
        />
        <button type="submit" class="plain" data-say="free" aria-label={said.send} disabled={isShut}>
          <span aria-hidden="true">→</span>
        </button>
      </form>
    </div>
  );
}
