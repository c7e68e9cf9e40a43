export const en = {
  title: 'Time line',
  help: 'Drag: move · wheel or pinch: zoom · click: go there. With the keyboard: ← → step, + − zoom, Page Up and Page Down move, Home and End, 0 the whole',
  lanes: { writes: 'commits', steps: 'states', frames: 'frames' },
  now: (time: string, since: string) => `${time}, ${since} after the previous entry`,
};

export type TimelineWords = typeof en;
