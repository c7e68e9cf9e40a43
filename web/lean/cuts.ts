/**
 * What the page does not use of its libraries. A bundler keeps it, because it is reached by an option, a setting of a
 * machine, or a property. What only these cuts reached is left out by the bundler.
 */
type Cut = { readonly what: RegExp; readonly by: string };

/** Options of the list's library that are not set here, and their defaults. */
export const unsetOptions: Readonly<Record<string, string>> = {
  enabled: 'true',
  gap: '0',
  horizontal: 'false',
  initialOffset: '0',
  lanes: '1',
  scrollMargin: '0',
  scrollPaddingEnd: '0',
  scrollPaddingStart: '0',
  useAnimationFrameWithResizeObserver: 'false',
  useCachedMeasurements: 'false',
  useScrollendEvent: 'false',
};

const virtualCore: readonly Cut[] = [
  ...Object.entries(unsetOptions).map(([name, value]) => ({
    what: new RegExp(String.raw`\b(?:this|instance)\.options\.${name}\b`, 'g'),
    by: value,
  })),
  // The same options under other names.
  { what: /const \{ horizontal, isRtl \} = \w+\.options;/g, by: 'const horizontal = false, isRtl = false;' },
  {
    what: /scrollMargin,(\s+getItemKey,)\s+enabled,\s+lanes,\s+laneAssignmentMode,\s+gap(\s+\}, _itemSizeCacheVersion\) => \{)/,
    by: '$1$2 const scrollMargin = 0, enabled = true, lanes = 1, laneAssignmentMode = "", gap = 0;',
  },
  {
    what: /(\(measurements, outerSize, scrollOffset, )lanes(, listEnd\) => \{)/,
    by: '$1_lanes$2 const lanes = 1;',
  },
  { what: /(function calculateRangeImpl\(.*?)lanes(.*?\{)/, by: '$1_lanes$2 const lanes = 1;' },
  // It is told the heights of rows, and does not observe them.
  { what: /this\.observer = \/\* @__PURE__ \*\/ \(\(\) => \{.*?\n {4}\}\)\(\);/s, by: '' },
  { what: /this\.observer\.disconnect\(\);/, by: '' },
  { what: /this\.elementsCache\.forEach\(\(cached\) => \{.*?\}\);/s, by: '' },
];

const xstate: readonly Cut[] = [
  // The other kinds of actions, which `setup` offers.
  { what: /\bassign,\s+sendTo,.*?spawnChild,(?=\s+createStateConfig:)/s, by: '' },
  // An actor that is restored, one that the developer tools watch, and one that is created in an assignment.
  { what: /persistedState \? this\.logic\.restoreSnapshot \?.*?: persistedState : /, by: '' },
  { what: /if \(this\.options\.devTools\) \{.*?\}/s, by: '' },
  { what: /(function createSpawner\(.*?\) \{).*?\n\}/s, by: '$1}' },
  // Questions to a snapshot.
  {
    what: /,\s+can: machineSnapshotCan,\s+getMeta: machineSnapshotGetMeta,\s+toJSON: machineSnapshotToJSON/,
    by: '',
  },
  // States that are parallel, have a history or a route.
  { what: /[\w.?]+\.type === 'parallel'/g, by: 'false' },
  { what: /(function transitionParallelNode\(.*?\) \{).*?\n\}/s, by: '$1}' },
  { what: /(?<!function )isHistoryNode\(\w+\)/g, by: 'false' },
  { what: /(function formatRouteTransitions\(.*?\) \{).*?\n\}/s, by: '$1}' },
];

const cuts = [
  { library: '/node_modules/@tanstack/virtual-core/', cuts: virtualCore },
  { library: '/node_modules/xstate/', cuts: xstate },
];

/** Makes the cuts in a file of a library, and calls `onCut` with each that was there. */
export function cut(code: string, file: string, onCut: (cut: Cut) => void): string {
  const { cuts: own = [] } = cuts.find(({ library }) => file.includes(library)) ?? {};
  return own.reduce((rest, one) => {
    const next = rest.replace(one.what, one.by);
    if (next !== rest) onCut(one);
    return next;
  }, code);
}

/** All cuts. If one is found nowhere, the library has changed. */
export const allCuts: readonly Cut[] = cuts.flatMap(({ cuts: own }) => own);
