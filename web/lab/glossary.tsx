import { useRef } from 'preact/hooks';
import type { Language } from '../chat/words.ts';
import type { Lab } from './lab.ts';
import { Marked } from './marked.tsx';
import { SignButton } from './sign.tsx';
import type { Words } from './words.ts';

/** A button that shows the words of the lab and the lessons with their meanings. */
export function GlossaryView({ lab, words, language }: { lab: Lab; words: Words; language: Language }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { glossary: said } = words;
  return (
    <>
      <button type="button" class="link" id="glossary" onClick={() => dialog.current?.showModal()}>
        {said.title}
      </button>
      <dialog class="glossary" ref={dialog} aria-labelledby="title-glossary">
        <div class="head">
          <h2 id="title-glossary">{said.title}</h2>
          <SignButton sign="✕" says={said.close} onClick={() => dialog.current?.close()} />
        </div>
        <dl>
          {lab.options.glossary[language].map(([word, meaning]) => (
            <div key={word}>
              <dt>{word}</dt>
              <dd>
                <Marked text={meaning} />
              </dd>
            </div>
          ))}
        </dl>
      </dialog>
    </>
  );
}
