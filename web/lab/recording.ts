/** A recording as a file. */
import type {
  FrameHeader,
  Online,
  Queues,
  ShownHandshake,
  Told,
  ToldSnapshot,
} from '../../src/inspect/told.ts';
import type { Evaluated } from '../../src/machines/fact.ts';
import type { Picture } from './picture.ts';
import type { Batch } from './queues/batches.ts';
import { forRecording, type Recorded, type RecordedTold } from './recorded.ts';

const format = 'classic-chatbox-lab';
const kinds = ['told', 'sent', 'got', 'client', 'picture', 'reset'];

type Recording = { format: typeof format; version: 1; selected: string | undefined; entries: Recorded[] };

export function textOf(entries: readonly Recorded[], selected: string | undefined): string {
  const recording = { format, version: 1, selected, entries };
  return JSON.stringify(recording);
}

/** Reads what `textOf` has written, or a plain list of what the inspector told, as a test saves it. Throws for anything else. */
export function readRecording(text: string): { entries: Recorded[]; selected: string | undefined } {
  const value = JSON.parse(text) as unknown;
  if (Array.isArray(value)) {
    let at = 0;
    const entries = value.map((told: Told): Recorded => {
      if ('createdAt' in told) at = Number(told.createdAt);
      return { at, kind: 'told', told: forRecording(told) };
    });
    if (value.every(isTold)) return { entries, selected: undefined };
  } else {
    const { format: named, version, entries, selected } = Object(value) as Partial<Recording>;
    if (named === format && version === 1 && Array.isArray(entries) && entries.every(isEntry))
      return { entries, selected: typeof selected === 'string' ? selected : undefined };
  }
  throw new Error('this is no recording');
}

const isEntry = (entry: Recorded) =>
  typeof entry?.at === 'number' &&
  kinds.includes(entry.kind) &&
  (entry.kind !== 'told' || isTold(entry.told)) &&
  (entry.kind !== 'picture' || isPicture(entry.picture)) &&
  (!('text' in entry) || typeof entry.text === 'string');

const isTold = (told: RecordedTold): boolean =>
  isOfKind(told) && (!('createdAt' in told) || areOptionalNumbers(told.at));

function isOfKind(told: RecordedTold): boolean {
  switch (told?.type) {
    case '@xstate.actor':
      return typeof told.name === 'string' && typeof told.snapshot?.status === 'string';
    case '@xstate.event':
      return typeof told.event?.type === 'string';
    case '@xstate.snapshot':
      return (
        typeof told.event?.type === 'string' &&
        typeof told.snapshot?.status === 'string' &&
        (told.taken === undefined || Array.isArray(told.taken)) &&
        areCandidates(told.why)
      );
    case '@chat.frame':
      return (
        typeof told.sessionId === 'string' &&
        [told.text, told.expected].every((text) => ['string', 'undefined'].includes(typeof text)) &&
        isHeader(told.header)
      );
    case '@chat.handshake':
      return typeof told.sessionId === 'string' && isHandshake(told);
    case '@chat.online':
      return isOnline(told);
    case '@chat.queues':
      return areQueues(told.queues);
    default:
      return told?.type === '@chat.skipped';
  }
}

const isOnline = ({ count, elsewhere, members }: Online) =>
  typeof count === 'number' &&
  typeof elsewhere === 'number' &&
  Array.isArray(members) &&
  members.every((member) => isObject(member) && ('more' in member || isOfTexts(member, 'nickname')));

const areQueues = (queues: Queues['queues']) =>
  Array.isArray(queues) &&
  queues.every(
    (queue) =>
      isObject(queue) && isOfTexts(queue, 'sessionId') && isOfNumbers(queue, 'frames', 'waitingBytes'),
  );

const isPicture = ({
  actors,
  clients,
  lines,
  flows,
  pings = { lines: [], flows: [] },
  online,
  waits = [],
  batches = [],
  depths = [],
}: Picture) =>
  (online === undefined || isOnline(online)) &&
  [actors, clients, lines, flows, pings.lines, pings.flows].every(Array.isArray) &&
  Array.isArray(waits) &&
  waits.every((wait) => isObject(wait) && areQueues(wait.queues)) &&
  Array.isArray(batches) &&
  batches.every(isBatch) &&
  Array.isArray(depths) &&
  depths.every((depth) => isObject(depth) && isOfNumbers(depth, 'at', 'mailbox', 'waiting')) &&
  actors.every(isActor) &&
  clients.every((client) => isOfTexts(client, 'id', 'status')) &&
  [...lines, ...pings.lines].every(isLine) &&
  [...flows, ...pings.flows].every(
    (flow) => isOfTexts(flow, 'label') && areOptionalNumbers(flow.at, flow.tookMs),
  );

const isBatch = (batch: Batch) =>
  isObject(batch) && isOfNumbers(batch, 'at') && Array.isArray(batch.acts) && batch.acts.every(isObject);

const isLine = ({ header, ending, whose, rules, ...line }: Picture['lines'][number]) =>
  isOfTexts(line, 'text') &&
  isHeader(header) &&
  [undefined, 'first', 'answer', 'cut'].includes(ending) &&
  isObject(whose) &&
  Array.isArray(rules);

const isActor = ({ fired, earlier, step, handshake, ...actor }: Picture['actors'][number]) =>
  isOfTexts(actor, 'session', 'name', 'leaf', 'status') &&
  [fired, earlier].every(Array.isArray) &&
  (handshake === undefined || (isObject(handshake) && isHandshake(handshake))) &&
  (step === undefined ||
    (isObject(step) && isObject(step.event) && isOfTexts(step.event, 'type') && areCandidates(step.why)));

const areCandidates = (why: ToldSnapshot['why']) =>
  why === undefined ||
  (Array.isArray(why) &&
    why.every(
      (one) => isObject(one) && isOfTexts(one, 'id') && (one.guard === undefined || isEvaluated(one.guard)),
    ));

const isEvaluated = (guard: Evaluated): boolean =>
  isObject(guard) &&
  isOfTexts(guard, 'guard') &&
  Array.isArray(guard.facts) &&
  guard.facts.every((fact) => isObject(fact) && isOfTexts(fact, 'kind')) &&
  (guard.parts === undefined || (Array.isArray(guard.parts) && guard.parts.every(isEvaluated)));

const isHandshake = ({ request, response }: ShownHandshake) => [request, response].every(areTexts);

const areTexts = (lines: unknown) => Array.isArray(lines) && lines.every((line) => typeof line === 'string');

const isHeader = (header: FrameHeader | undefined) =>
  header === undefined || (isObject(header) && typeof header.opcode === 'number');

const areOptionalNumbers = (...values: unknown[]) =>
  values.every((value) => value === undefined || typeof value === 'number');

const isObject = (value: unknown) => Object(value) === value;

const isOfNumbers = (value: object, ...fields: string[]) =>
  fields.every((field) => Number.isFinite((value as Record<string, unknown>)[field]));

const isOfTexts = (value: object, ...fields: string[]) =>
  fields.every((field) => typeof (value as Record<string, unknown>)[field] === 'string');
