import './guide.css';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../../chat/words.ts';
import type { Lab } from '../lab.ts';
import { Marked } from '../marked.tsx';
import { SignButton } from '../sign.tsx';
import { en, type GuideWords } from './en.ts';
import type { Guide } from './guide.ts';
import type { Lesson, LessonText } from './lesson.ts';
import { Prose } from './prose.tsx';
import { vi } from './vi.ts';

const dictionaries: Record<Language, GuideWords> = { en, vi };

type Props = { guide: Guide; lab: Lab; language: Language };

/** Shows the lessons, or hides them. */
export function GuideButton({ guide, language }: Omit<Props, 'lab'>) {
  const { isOpen } = guide.progress;
  return (
    <button
      type="button"
      class="small wide"
      id="lessons"
      aria-pressed={isOpen}
      onClick={() => guide.show(!isOpen)}
    >
      {dictionaries[language].title}
    </button>
  );
}

/** The list of lessons, or a step of one. */
export function GuideView({ guide, lab, language }: Props) {
  const [lessons, setLessons] = useState<readonly Lesson[] | 'failed'>();
  const said = dictionaries[language];
  useEffect(() => {
    loadLessons().then(setLessons, () => setLessons('failed'));
  }, []);
  const loaded = Array.isArray(lessons) ? lessons : undefined;
  const lesson = loaded?.find(({ id }) => id === guide.progress.lesson);

  return (
    <section class="panel guide" aria-labelledby="title-guide">
      <header>
        <h2 id="title-guide">{lesson?.[language].title ?? said.title}</h2>
        {lesson !== undefined && (
          <button type="button" class="small wide" id="all-lessons" onClick={() => guide.go(undefined)}>
            {said.list}
          </button>
        )}
        <SignButton sign="✕" says={said.close} onClick={() => guide.show(false)} />
      </header>
      <div class="body scrolling">
        {loaded === undefined && <p class="hint">{lessons === 'failed' ? said.failed : said.loading}</p>}
        {loaded !== undefined && lesson === undefined && (
          <ListView guide={guide} lessons={loaded} language={language} said={said} />
        )}
        {loaded !== undefined && lesson !== undefined && (
          <StepView
            key={`${lesson.id}/${guide.progress.step}`}
            {...{ guide, lab, language, said, lesson }}
            next={loaded[loaded.indexOf(lesson) + 1]}
          />
        )}
      </div>
    </section>
  );
}

async function loadLessons(): Promise<Lesson[]> {
  return (await fetch('./assets/lessons.json')).json();
}

type ListProps = { guide: Guide; lessons: readonly Lesson[]; language: Language; said: GuideWords };

function ListView({ guide, lessons, language, said }: ListProps) {
  return (
    <>
      <p class="hint">{said.about}</p>
      <ol class="lessons">
        {lessons.map(({ id, [language]: { title, goal, steps } }) => {
          const done = guide.doneOf(id);
          return (
            <li key={id} data-lesson={id} data-done={done}>
              <button type="button" onClick={() => guide.resume(id)}>
                <b>{title}</b>
                <span class="hint">{said.progress(done, steps.length)}</span>
              </button>
              <progress
                max={steps.length}
                value={done}
                aria-label={`${title}: ${said.progress(done, steps.length)}`}
              />
              <p class="unseen">{goal}</p>
            </li>
          );
        })}
      </ol>
    </>
  );
}

type StepProps = Props & { said: GuideWords; lesson: Lesson; next: Lesson | undefined };

/** One step of a lesson, and how far it is done. */
function StepView({ guide, lab, language, said, lesson, next }: StepProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [rule, setRule] = useState<string>();
  const text: LessonText = lesson[language];
  const { step } = guide.progress;
  const { length } = text.steps;
  const isLast = step >= length - 1;
  const meaning = lab.options.rules[language][rule ?? ''];
  const go = (to: number) => guide.go(lesson.id, to);
  // A reader of the screen, and the keys, go on from the new step.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const prose = { said, onRule: setRule };

  return (
    <>
      <div class="step" data-lesson={lesson.id} data-step={step + 1}>
        <progress
          max={length}
          value={guide.doneOf(lesson.id)}
          aria-label={said.progress(guide.doneOf(lesson.id), length)}
        />
        {step === 0 && (
          <details open={guide.doneOf(lesson.id) === 0}>
            <summary>{said.goal}</summary>
            <Prose text={text.goal} {...prose} />
            <h3>{said.needs}</h3>
            <Prose text={text.needs} {...prose} />
          </details>
        )}
        <h3 ref={heading} tabIndex={-1}>
          {said.step(step + 1, length)}
        </h3>
        <Prose text={text.steps[step] ?? ''} {...prose} />
        {rule !== undefined && meaning !== undefined && (
          <p class="rule" role="status">
            <b>{rule}</b> <Marked text={meaning} />
          </p>
        )}
        <StateView guide={guide} lesson={lesson.id} said={said} />
        {isLast && (
          <p class="hint">{said.end(`docs/lessons/${lesson.id}${language === 'vi' ? '.vi' : ''}.md`)}</p>
        )}
      </div>
      <nav class="buttons" aria-label={said.step(step + 1, length)}>
        <button type="button" class="plain" id="step-back" disabled={step === 0} onClick={() => go(step - 1)}>
          ◀ {said.back}
        </button>
        {isLast && next !== undefined ? (
          <button type="button" class="plain" id="next-lesson" onClick={() => guide.resume(next.id)}>
            {said.nextLesson} ▶
          </button>
        ) : (
          <button type="button" class="plain" id="step-next" disabled={isLast} onClick={() => go(step + 1)}>
            {said.next} ▶
          </button>
        )}
        <button type="button" class="link" id="start-over" onClick={() => guide.restart()}>
          {said.restart}
        </button>
      </nav>
    </>
  );
}

type StateProps = { guide: Guide; lesson: string; said: GuideWords };

/** Whether the step is done: as the lab sees it, or as the learner says. */
function StateView({ guide, lesson, said }: StateProps) {
  const { isByHand, met, goals, isDone } = guide.stateOf(lesson, guide.progress.step);
  return (
    <div class="state" data-done={isDone ? '' : undefined}>
      {isByHand && (
        <label class="check" title={said.aboutByHand}>
          <input
            type="checkbox"
            id="by-hand"
            checked={isDone}
            onInput={({ currentTarget }) => guide.confirm(currentTarget.checked)}
          />
          {said.byHand}
        </label>
      )}
      <span role="status">
        {isDone && <b>✓ {said.done}</b>}
        {!isDone && !isByHand && said.seen(met, goals)}
      </span>
    </div>
  );
}
