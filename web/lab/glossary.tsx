import { useRef } from 'preact/hooks';
import type { Language } from '../chat/words.ts';
import type { Lab } from './lab.ts';
import { Marked } from './marked.tsx';
import { Sheet } from './sheet.tsx';
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
      <Sheet name="glossary" title={said.title} close={said.close} dialog={dialog}>
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
      </Sheet>
    </>
  );
}
