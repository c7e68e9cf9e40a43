import './guide.css';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../../chat/words.ts';
import type { Lab } from '../lab.ts';
import { Marked } from '../marked.tsx';
import { SignButton } from '../sign.tsx';
import { en, type GuideWords } from './en.ts';
import type { Guide, StepState } from './guide.ts';
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
  useLayoutEffect(() => {
    loadLessons().then(setLessons, () => setLessons('failed'));
  }, []);
  const loaded = Array.isArray(lessons) ? lessons : undefined;
  const lesson = loaded?.find(({ id }) => id === guide.progress.lesson);

  return (
    <section class="panel guide" aria-labelledby="title-guide">
      <header>
        <h2 id="title-guide">{lesson === undefined ? said.title : titleOf(lesson, language)}</h2>
        {lesson !== undefined && (
          <>
            <SignButton sign="↺" id="start-over" says={said.restart} onClick={() => guide.restart()} />
            <button type="button" class="small wide" id="all-lessons" onClick={() => guide.go(undefined)}>
              {said.list}
            </button>
          </>
        )}
        <SignButton sign="✕" says={said.close} onClick={() => guide.show(false)} />
      </header>
      <div class="body">
        {lesson !== undefined && (
          <ProgressView done={guide.doneOf(lesson.id)} steps={lesson[language].steps.length} said={said} />
        )}
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
    <div class="scroll">
      <p class="hint">{said.about}</p>
      <ol class="lessons">
        {lessons.map((lesson) => {
          const { id } = lesson;
          const { goal, steps } = lesson[language];
          const done = guide.doneOf(id);
          return (
            <li key={id} data-lesson={id} data-done={done}>
              <button type="button" onClick={() => guide.resume(id)}>
                <b>{titleOf(lesson, language)}</b>
                <span>{said.progress(done, steps.length)}</span>
              </button>
              <ProgressView done={done} steps={steps.length} said={said} />
              <p>
                <Marked text={goal.replace(/\s+/g, ' ')} />
              </p>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

const titleOf = ({ id, ...texts }: Lesson, language: Language) =>
  `${id.split('-', 1)[0]}. ${texts[language].title}`;

type ProgressProps = { done: number; steps: number; said: GuideWords };

const ProgressView = ({ done, steps, said }: ProgressProps) => (
  <progress max={steps} value={done} aria-label={said.progress(done, steps)} />
);

type StepProps = Props & { said: GuideWords; lesson: Lesson; next: Lesson | undefined };

/** One step of a lesson, and how far it is done. */
function StepView({ guide, lab, language, said, lesson, next }: StepProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [rule, setRule] = useState<string>();
  const text: LessonText = lesson[language];
  const { step } = guide.progress;
  const { length } = text.steps;
  const isLast = step >= length - 1;
  const state = guide.stateOf(lesson.id, step);
  const meaning = lab.options.rules[language][rule ?? ''];
  const go = (to: number) => guide.go(lesson.id, to);
  // A reader of the screen, and the keys, go on from the new step.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const prose = { said, onRule: setRule };

  return (
    <>
      <div class="step scrolling" data-lesson={lesson.id} data-step={step + 1}>
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
          <p class="meaning" role="status">
            <b>{rule}</b> <Marked text={meaning} />
          </p>
        )}
        {isLast && (
          <p class="hint">{said.end(`docs/lessons/${lesson.id}${language === 'vi' ? '.vi' : ''}.md`)}</p>
        )}
      </div>
      <nav aria-label={said.steps}>
        <button
          type="button"
          class="plain"
          id="step-back"
          aria-label={said.back}
          disabled={step === 0}
          onClick={() => go(step - 1)}
        >
          ◀
        </button>
        <StateView state={state} said={said} onConfirm={(isDone) => guide.confirm(isDone)} />
        {isLast && next !== undefined ? (
          <button
            type="button"
            class="plain"
            id="next-lesson"
            data-go={state.isDone ? '' : undefined}
            onClick={() => guide.resume(next.id)}
          >
            {said.nextLesson} ▶
          </button>
        ) : (
          <button
            type="button"
            class="plain"
            id="step-next"
            data-go={state.isDone && !isLast ? '' : undefined}
            disabled={isLast}
            onClick={() => go(step + 1)}
          >
            {said.next} ▶
          </button>
        )}
      </nav>
    </>
  );
}

type StateProps = { state: StepState; said: GuideWords; onConfirm: (isDone: boolean) => void };

/** Whether the step is done: as the lab sees it, or as the learner says. */
function StateView({ state: { isByHand, met, goals, isDone }, said, onConfirm }: StateProps) {
  return (
    <div class="state" data-done={isDone ? '' : undefined}>
      {isByHand && (
        <label class="check" title={said.aboutByHand}>
          <input
            type="checkbox"
            id="by-hand"
            checked={isDone}
            onInput={({ currentTarget }) => onConfirm(currentTarget.checked)}
          />
          {said.byHand}
        </label>
      )}
      <span role="status">
        {isDone && !isByHand && <b>✓ {said.done}</b>}
        {!isDone && !isByHand && said.seen(met, goals)}
      </span>
    </div>
  );
}
