/** How far a learner has come. It survives a reload of the page, and a restart of the server. */
import { recall, remember } from '../../chat/storage.ts';

const key = 'lessons';

export type Progress = {
  isOpen: boolean;
  /** The id of the lesson that is shown; the list of lessons if there is none. */
  lesson: string | undefined;
  /** The step of it that is shown, counted from 0. */
  step: number;
  /** Which goals of a step are met, by the id of the lesson and the step: `1-handshake/0`. */
  met: Record<string, boolean[]>;
};

/** What was kept, or the beginning if there is nothing that can be read. */
export function readProgress(): Progress {
  const kept = recall('localStorage', key);
  const { isOpen, lesson, step, met } = objectIn(kept) as Partial<Record<keyof Progress, unknown>>;
  return {
    isOpen: isOpen === true,
    lesson: typeof lesson === 'string' ? lesson : undefined,
    step: Number.isInteger(step) ? Number(step) : 0,
    met: Object.fromEntries(Object.entries(Object(met)).filter(isOfStep)),
  };
}

export const keepProgress = (progress: Progress) => remember('localStorage', key, JSON.stringify(progress));

const isOfStep = (entry: [string, unknown]): entry is [string, boolean[]] => Array.isArray(entry[1]);

function objectIn(text: string | null): object {
  try {
    return Object(JSON.parse(text ?? ''));
  } catch {
    return {};
  }
}
