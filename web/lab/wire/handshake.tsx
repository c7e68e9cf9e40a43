import { useRef } from 'preact/hooks';
import type { ShownHandshake } from '../../../src/inspect/told.ts';
import type { Language } from '../../chat/words.ts';
import { SignButton } from '../sign.tsx';
import type { WireWords } from './en.ts';
import { wireWords } from './words.ts';

type Props = { handshake: ShownHandshake; name: string; language: Language };

/** A button that shows how a connection was opened, and what its headers mean. */
export function HandshakeView({ handshake, name, language }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { handshake: said } = wireWords[language];
  return (
    <>
      <button type="button" class="small wide" id="handshake" onClick={() => dialog.current?.showModal()}>
        {said.title}
      </button>
      <dialog class="glossary handshake" ref={dialog} aria-labelledby="title-handshake">
        <div class="head">
          <h2 id="title-handshake">{`${said.title}: ${name}`}</h2>
          <SignButton sign="✕" says={said.close} onClick={() => dialog.current?.close()} />
        </div>
        <p>{said.about}</p>
        <LinesView title={said.request} lines={handshake.request} notes={said.notes} />
        <LinesView title={said.response} lines={handshake.response} notes={said.notes} />
      </dialog>
    </>
  );
}

type LinesProps = { title: string; lines: string[]; notes: WireWords['handshake']['notes'] };

function LinesView({ title, lines: [first, ...headers], notes }: LinesProps) {
  return (
    <section>
      <h3>{title}</h3>
      <p>
        <code data-line>{first}</code>
      </p>
      <dl>
        {headers.map((line) => (
          <div key={line}>
            <dt>
              <code data-line>{line}</code>
            </dt>
            <dd>{(notes as Record<string, string>)[nameOf(line)]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const nameOf = (line: string) => line.slice(0, line.indexOf(':')).toLowerCase();
