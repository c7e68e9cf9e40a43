import { useRef } from 'preact/hooks';
import type { ShownHandshake } from '../../../src/inspect/told.ts';
import type { Language } from '../../chat/words.ts';
import { Sheet } from '../sheet.tsx';
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
      <Sheet name="glossary handshake" title={`${said.title}: ${name}`} close={said.close} dialog={dialog}>
        <p>{said.about}</p>
        <LinesView title={said.request} lines={handshake.request} notes={said.notes} />
        <LinesView title={said.response} lines={handshake.response} notes={said.notes} />
      </Sheet>
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
