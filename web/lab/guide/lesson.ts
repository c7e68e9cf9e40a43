import type { Language } from '../../chat/words.ts';

/** A lesson of `docs/lessons`, in Markdown. */
export type LessonText = { title: string; goal: string; needs: string; steps: string[] };

/** Its id is the name of its file, `1-handshake`. */
export type Lesson = { id: string } & Record<Language, LessonText>;
