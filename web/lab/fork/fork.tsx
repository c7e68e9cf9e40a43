import './fork.css';
import { useRef, useState } from 'preact/hooks';
import { futuresOf, type ToldEvent, type Turn } from '../../../src/charts/futures.ts';
import { readRequest } from '../../../src/protocol/request.ts';
import type { Language } from '../../chat/words.ts';
import type { Lab } from '../lab.ts';
import { Sheet } from '../sheet.tsx';
import { en, type ForkWords } from './en.ts';
import { type Fork, forkOf } from './history.ts';
import { vi } from './vi.ts';

const forkWords: Record<Language, ForkWords> = { en, vi };

/** What can happen to a connection besides the requests of its client. */
const happenings: Record<string, ToldEvent> = {
  hangup: { type: 'hangup' },
  lost: { type: 'lost' },
  kicked: { type: 'kicked' },
  muted: { type: 'muted', why: '•' },
  unmuted: { type: 'unmuted' },
  superseded: { type: 'superseded' },
  retired: { type: 'retired' },
  'settled: refused': { type: 'settled', count: 1 },
};

/** A frame to begin with. What is masked cannot be shown. */
const frames: Record<string, string> = {
  name: '{"data":"name","name":"An"}',
  get: '{"data":"get"}',
  send: '{"data":"send","content":"xin chào"}',
};

/** A button that forks the history at the last step of the chosen connection, and shows both futures side by side. */
export function ForkView({ lab, language }: { lab: Lab; language: Language }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [fork, setFork] = useState<Fork>();
  const [instead, setInstead] = useState('dropped');
  const [frame, setFrame] = useState('');
  const said = forkWords[language];
  const [first] = fork?.steps ?? [];

  function open(): void {
    const found = forkOf(lab.playback.shown, lab.world.count, lab.selection.session ?? '');
    const sample = frames[found?.steps[0]?.event.type ?? ''];
    setFork(found);
    setInstead(sample === undefined ? 'dropped' : 'frame');
    setFrame(sample ?? frames['send'] ?? '');
    dialog.current?.showModal();
  }

  return (
    <>
      <button type="button" class="small wide" id="fork" onClick={open}>
        {said.open}
      </button>
      <Sheet name="forking" title={said.title} close={said.close} dialog={dialog}>
        {fork === undefined || first === undefined ? (
          <p>{said.unknown}</p>
        ) : (
          <>
            <p>{said.about}</p>
            <p>
              {said.event}: <code data-fork={first.event.type}>{first.event.type}</code> {said.in}{' '}
              <code>{fork.start.leaf}</code>
            </p>
            <label>
              {said.instead}:{' '}
              <select
                id="instead"
                value={instead}
                onChange={({ currentTarget }) => setInstead(currentTarget.value)}
              >
                <option value="dropped">{said.dropped}</option>
                <option value="frame">{said.frame}</option>
                <optgroup label={said.others}>
                  {Object.keys(happenings).map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </optgroup>
              </select>
            </label>
            {instead === 'frame' && (
              <textarea
                id="fork-frame"
                rows={2}
                aria-label={said.frameText}
                spellcheck={false}
                value={frame}
                onInput={({ currentTarget }) => setFrame(currentTarget.value)}
              />
            )}
            <FuturesView
              fork={fork}
              event={instead === 'frame' ? readRequest(frame) : happenings[instead]}
              said={said}
            />
            <p class="hint">{said.limits}</p>
          </>
        )}
      </Sheet>
    </>
  );
}

type FuturesProps = { fork: Fork; event: ToldEvent | undefined; said: ForkWords };

function FuturesView({ fork: { start, steps }, event, said }: FuturesProps) {
  let futures: ReturnType<typeof futuresOf>;
  try {
    futures = futuresOf(start, steps, event);
  } catch {
    return <p role="alert">{said.broken}</p>;
  }
  const { recorded, changed } = futures;
  const rows = steps.map((_, index) => ({ before: recorded[index] ?? [], after: changed[index] ?? [] }));
  return (
    <div class="futures">
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{said.recorded}</th>
            <th scope="col">{said.changed}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ before, after }, index) => {
            const differs = gistOf(before) !== gistOf(after);
            return (
              <tr key={`step ${index + 1}`} data-differs={differs ? '' : undefined}>
                <th scope="row">
                  {index + 1}
                  {differs && (
                    <abbr title={said.differs} aria-label={said.differs}>
                      {' '}
                      ≠
                    </abbr>
                  )}
                </th>
                <td>
                  <TurnsView turns={before} said={said} />
                </td>
                <td>
                  <TurnsView turns={after} said={said} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** What two futures are compared by. */
const gistOf = (turns: Turn[]) =>
  JSON.stringify(turns.map(({ event, leaf, deeds }) => [event.type, leaf, deeds]));

function TurnsView({ turns, said }: { turns: Turn[]; said: ForkWords }) {
  return turns.map(({ event, leaf, deeds, note }, index) => (
    <div key={`${index} ${event.type}`} class="turn" data-note={note}>
      <code>{event.type}</code> → <code data-leaf>{leaf}</code>
      {note && <p class="note">{said.notes[note]}</p>}
      {deeds.map((deed) => {
        if ('reply' in deed) return <DeedView sign="◀" text={JSON.stringify(deed.reply)} />;
        if ('asks' in deed) return <DeedView sign="→" text={deed.asks} says={said.room} />;
        return <DeedView sign="◀" text="get" says={said.recalls} />;
      })}
    </div>
  ));
}

function DeedView({ sign, text, says }: { sign: string; text: string; says?: string }) {
  return (
    <p class="deed">
      <span aria-hidden="true">{sign}</span> <code>{text}</code> {says}
    </p>
  );
}
