export const en = {
  title: 'Class',
  open: 'Class view: all connections at once',
  back: 'Back to the lab',
  empty: 'Nobody is connected at this moment.',
  none: 'No connection suits the filter.',
  text: 'Search by name, nickname or state',
  placeholder: 'Search',
  state: 'State',
  all: (count: number) => `all states (${count})`,
  waiting: 'something waits',
  shown: (shown: number, all: number) => (shown === all ? `${all}` : `${shown} of ${all}`),
  /** Of connections: frames in the inbox, bytes to leave, sends under way. */
  frames: (count: number) => `inbox ${count}`,
  bytes: (count: number) => `${count} B to leave`,
  underWay: (count: number) => `${count} under way`,
  paused: 'not read',
  nobody: 'no nickname',
  event: 'Last event',
  spotlight: (name: string) => `${name} in the spotlight`,
  toGrid: 'Back to the class',
  keys: 'Arrows move · Enter: spotlight · Escape: back',
};

export type ClassWords = typeof en;
