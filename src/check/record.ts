/**
 * An exchange that failed as a recording that the lab opens: what went over the wire, and beside it the connection
 * machine, run along the same requests. So the chart shows the transition that the server should have taken.
 */
import { type ActorRef, createActor, fromCallback, type InspectionEvent, type Snapshot } from 'xstate';
import { createRedactor, isWatched } from '../inspect/redact.ts';
import { Steps } from '../inspect/steps.ts';
import type { ShownFrame } from '../inspect/told.ts';
import type { Change } from '../ledger/ledger.ts';
import { connectionMachine } from '../machines/connection.ts';
import type { Holding } from '../machines/guards.ts';
import { type Request, readRequest, type Unreadable } from '../protocol/request.ts';
import type { Finding } from './report.ts';

/** From one line of the transcript to the next, so that the lab can play it. */
const stepMs = 500;
const limits = {
  documented: { name: 100, content: 100, comparison: 'nickname' },
  published: { name: 100, content: 4000, comparison: 'nickname' },
} as const;

export type RecordOptions = {
  /** When it happened, in milliseconds since 1970. */
  at: number;
  dialect: keyof typeof limits;
};

/** A frame of the transcript: `A> …` was sent by the connection A, `A< …` was received by it. */
type Line = { who: string; isSent: boolean; text: string };
type Frame = Omit<ShownFrame, 'way' | 'kind' | 'text'>;

/** The text of a recording, version 1. */
export function recordingOf(
  finding: Pick<Finding, 'transcript' | 'expected' | 'received'>,
  options: RecordOptions,
) {
  const { expected, received } = finding;
  const tape = new Tape(options.at);
  const connections = new Map<string, Rehearsal>();
  const lines = finding.transcript.flatMap(lineIn);
  const failing = failingIn(lines, received);
  let selected: string | undefined;
  for (const [index, { who, isSent, text }] of lines.entries()) {
    const connection = connections.get(who) ?? new Rehearsal(who, tape, options.dialect);
    connections.set(who, connection);
    const isFailing = index === failing;
    if (isFailing) selected = connection.session;
    const mark = isFailing ? { expected } : {};
    if (isSent) {
      tape.frame(connection, 'in', text, mark);
      connection.ask(readRequest(text));
      // No reply has come: what it should have been decides where the machine should be.
      if (isFailing) connection.answer(objectIn(expected));
    } else {
      connection.answer((isFailing && objectIn(expected)) || objectIn(text));
      tape.frame(connection, 'out', text, mark);
    }
    tape.at += stepMs;
  }
  return `${JSON.stringify({ format: 'classic-chatbox-lab', version: 1, selected, entries: tape.entries })}\n`;
}

function lineIn(line: string): Line[] {
  const [, who, way, text] = /^(\w+)([<>]) (.*)$/su.exec(line) ?? [];
  return who === undefined || text === undefined ? [] : [{ who, isSent: way === '>', text }];
}

/** The line that was received, or else the last one: nothing has come after it. */
function failingIn(lines: readonly Line[], received: string): number {
  const index = lines.findLastIndex(({ isSent, text }) => !isSent && text === received);
  return index === -1 ? lines.length - 1 : index;
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What the recording consists of. */
class Tape {
  at: number;
  readonly entries: { at: number; kind: 'told'; told: object }[] = [];
  readonly #redactor = createRedactor({ withContent: true, now: () => this.at });

  constructor(at: number) {
    this.at = at;
  }

  /** Notes what an inspector would tell of it. */
  inspect(event: InspectionEvent, steps: Steps): void {
    if (event.type === '@xstate.microstep') steps.add(event);
    if (!isWatched(event)) return;
    // What the room would say is not drawn, since the recording has no room.
    if (event.type === '@xstate.event' && event.event.type === 'settled') return;
    const taken = event.type === '@xstate.snapshot' ? steps.take(event.actorRef) : undefined;
    const told = this.#redactor.show(event, taken);
    this.#note(
      told.type === '@xstate.actor'
        ? { ...told, definition: undefined, machine: connectionMachine.id }
        : told,
    );
  }

  frame({ session }: Rehearsal, way: ShownFrame['way'], text: string, mark: Frame): void {
    const bytes = Buffer.byteLength(text);
    this.#note({ type: '@chat.frame', sessionId: session, way, kind: 'text', text, bytes, ...mark });
  }

  #note(told: object): void {
    this.entries.push({ at: this.at, kind: 'told', told });
  }
}

/** The machine of one connection. It takes the requests, and is told what became of them, as the transcript says. */
class Rehearsal {
  readonly #actor;
  readonly #waiting: (Request | Unreadable)[] = [];

  constructor(id: string, tape: Tape, dialect: keyof typeof limits) {
    const steps = new Steps();
    const room: ActorRef<Snapshot<unknown>, Change> = createActor(fromCallback<Change>(() => {}));
    const house = { objectionToName: () => undefined, objectionToContent: () => undefined };
    const input = {
      ...{ id, limits: limits[dialect], house, room },
      ...{ refuse: () => {}, recall: () => {}, awaitPeer: () => {} },
    };
    const inspect = (event: InspectionEvent) => {
      if ('actorRef' in event && event.actorRef !== room) tape.inspect(event, steps);
    };
    this.#actor = createActor(connectionMachine, { id, input, inspect });
    this.#actor.start();
  }

  get session(): string {
    return this.#actor.sessionId;
  }

  ask(request: Request | Unreadable): void {
    this.#waiting.push(request);
    this.#goOn();
  }

  /** A frame has come, or should have. Only a reply to what the machine waits for brings it on. */
  answer(reply: Record<string, unknown> | undefined): void {
    if (reply?.['status'] === undefined || !this.#actor.getSnapshot().hasTag('busy')) return;
    const holding = holdingIn(reply);
    this.#actor.send({ type: 'settled', count: 1, ...(holding && { holding }) });
    this.#goOn();
  }

  /** Gives the machine the requests that it can take. */
  #goOn(): void {
    for (;;) {
      const [request] = this.#waiting;
      if (request === undefined || !this.#actor.getSnapshot().can(request)) return;
      this.#waiting.shift();
      this.#actor.send(request);
    }
  }
}

function holdingIn({ type, status, name, newname, resume }: Record<string, unknown>): Holding | undefined {
  if (type !== 'name' || status !== true) return undefined;
  return { nickname: `${newname ?? name}`, isResumable: resume !== undefined, isResumed: false };
}
