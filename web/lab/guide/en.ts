export const en = {
  title: 'Lessons',
  about: 'Each lesson runs here step by step. The lab sees what you do, and checks it off.',
  loading: 'Loading the lessons…',
  failed: 'The lessons could not be loaded. Reload the page to try again.',
  progress: (done: number, steps: number) => `${done} of ${steps} steps`,
  step: (step: number, steps: number) => `Step ${step} of ${steps}`,
  steps: 'Steps of the lesson',
  goal: 'Goal',
  needs: 'You need',
  list: 'All',
  back: 'Previous step',
  next: 'Next step',
  nextLesson: 'Next lesson',
  restart: 'Start over',
  done: 'Done',
  seen: (met: number, goals: number) => `The lab has seen ${met} of ${goals}`,
  byHand: 'I have done this',
  aboutByHand: 'The lab cannot see this step.',
  copy: 'Copy',
  copied: 'Copied',
  end: (file: string) =>
    `That was the last step. What happened, the questions and the exercise are in ${file}.`,
  close: 'Close the lessons',
};

export type GuideWords = typeof en;
