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
  { what: /\n {8}measureElement,/, by: '' },
  // It scrolls at once, never smoothly, and in an element, never the whole page, from the top to the bottom.
  { what: /(const initialScrollPhase = \(.*?\) =>) .*?;/, by: '$1 "instant";' },
  { what: /\bisSmoothScroll\(this\.scrollState\)/g, by: 'false' },
  { what: /"document" in el\b/g, by: 'false' },
  { what: /options\.horizontal && options\.isRtl && .*?;/, by: 'false;' },
  { what: /\[options\.horizontal \? "left" : "top"\]/, by: 'top' },
  // What a browser of today has, and a developer may ask for.
  { what: /(this\.now = \(\) =>) \{.*?\n {4}\};/s, by: '$1 performance.now();' },
  { what: /if \(!targetWindow\.ResizeObserver\) \{.*?\n {2}\}/s, by: '' },
  { what: /const frames = createFrameQueue\(targetWindow\);/, by: '' },
  { what: /frames\.cancel\(\);/, by: '' },
  { what: /debug: \(\) => this\.options\.debug,?/g, by: '' },
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
  // Somebody who inspects the actors.
  { what: /[\w.]+\._sendInspectionEvent\(\{.*?\n\s*\}\);/gs, by: '' },
  { what: /const sendInspectionEvent = .*?\n {2}\};/s, by: '' },
  { what: /_sendInspectionEvent: sendInspectionEvent,/, by: '' },
  { what: /\binspect: observerOrFn => \{.*?\n {4}\},/s, by: '' },
  { what: /if \(inspect && !parent\) \{.*?\n {4}\}/s, by: '' },
  // Actors that have a name in the system, tell their parents of their snapshots, or emit events.
  { what: /const systemId = reverseKeyedActors.*?\n {6}\}/s, by: '' },
  { what: /(?<=\n {4})if \((?:this\.)?systemId\b.*?\) \{.*?\n {4}\}/gs, by: '' },
  { what: /\bget: systemId => \{.*?_set: .*?\n {4}\},/s, by: '' },
  { what: /const (?:reverseKeyedActors|keyedActors|inspectionObservers) = new \w+\(\);/g, by: '' },
  { what: /if \(this\._syncSnapshot\) \{.*?\n {4}\}/s, by: '' },
  { what: /\bemit: emittedEvent => \{.*?\n {6}\},/s, by: '' },
  { what: /\n {2}on\(type, handler\) \{.*?(?=\n {2}\/\*\* Starts the Actor)/s, by: '' },
  { what: /this\.eventListeners(?: = new Map\(\)|\.clear\(\));/g, by: '' },
  // What is wrong with the use of an actor or a machine, which the types have ruled out.
  { what: /(function assertEvent\(.*?\) \{).*?\n\}/s, by: '$1}' },
  {
    what: /throw new Error\((?:`In|'Null|`Unable|`Guard|'Cannot|`Only|`No initial|`Child|`Cannot|'A non).*?\);/gs,
    by: 'throw 0;',
  },
  // A list of the events of a machine, and a machine that is made from another one.
  { what: /this\.events = this\.root\.events;/, by: '' },
  { what: /\n {2}get events\(\) \{.*?\n {2}\}/s, by: '' },
  // Timers of a snapshot that is restored.
  { what: /\(options\?\.snapshot && options\.snapshot\.scheduler\) \?\? /, by: '' },
  { what: /if \(!this\._parent\) \{\s+this\.system\.start\(\);\s+\}/, by: '' },
  { what: /\n {4}start: \(\) => \{\s+const scheduledEvents = .*?\n {4}\},/s, by: '' },
  { what: /\n {4}getSnapshot: \(\) => \{\s+return \{\s+_scheduledEvents: .*?\n {4}\},/s, by: '' },
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
