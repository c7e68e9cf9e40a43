import { useLayoutEffect, useReducer, useState } from 'preact/hooks';
import { fetchWords, type Words } from '../words.ts';
import type { Desk } from './desk.ts';
import { Entry } from './entry.tsx';
import { Panel } from './panel.tsx';
import { Told } from './parts.tsx';
import { Subject } from './subject.tsx';
import { dictionaries } from './texts.ts';

/** The moderator's dialogs, and what has been done. They are drawn beside the page, and follow its language. */
export function Root({ desk }: { desk: Desk }) {
  const [, redraw] = useReducer((draws: number) => draws + 1, 0);
  const [words, setWords] = useState<Words>();

  useLayoutEffect(() => {
    const draw = () => redraw(undefined as never);
    desk.onChange(draw);
    const stopDrawing = desk.session.onChange(draw);
    const { documentElement: page } = document;
    // Texts that come late may be those of a language that is not wanted any more.
    const take = (texts: Words) => {
      if (texts.language === page.lang) setWords(texts);
    };
    const learn = () => void fetchWords(page.lang === 'vi' ? 'vi' : 'en').then(take, () => {});
    learn();
    const observer = new MutationObserver(learn);
    observer.observe(page, { attributeFilter: ['lang'] });
    return () => {
      observer.disconnect();
      stopDrawing();
    };
  }, [desk]);

  if (words === undefined) return null;
  const view = { desk, words, texts: dictionaries[words.language] };
  const { dialog } = desk;
  return (
    <>
      {dialog === 'entry' && <Entry {...view} />}
      {dialog === 'panel' && <Panel {...view} />}
      {typeof dialog === 'object' && (
        <Subject key={`${dialog.name} ${dialog.position}`} {...view} subject={dialog} />
      )}
      <div class="page-told">
        {dialog === undefined && <Told {...view} />}
        {/* Later, the button in the header says so. */}
        {desk.as !== undefined && desk.session.client.state.nickname === undefined && (
          <p class="told" role="status">
            <span>
              {view.texts.signedInAs} <bdi>{desk.as}</bdi>.
            </span>
          </p>
        )}
      </div>
    </>
  );
}
