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
import { type Request, readRequest, type Unreadable } from '../protocol/request.ts';
import { shownFrame } from './frame.ts';
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

/** A line of the transcript: `A> …` was sent by the connection A, `A< …` was received by it. */
type Line = { who: string; isSent: boolean; text: string };

/** The text of a recording, version 1. */
export function recordingOf(
  finding: Pick<Finding, 'transcript' | 'expected' | 'received'>,
  options: RecordOptions,
): string {
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
    const frame = frameIn(text);
    const told = { way: isSent ? 'in' : 'out', ...frame, ...(isFailing && { expected }) } as const;
    if (isSent) {
      tape.frame(connection, told);
      connection.send(frame);
      // No reply has come: what it should have been decides where the machine should be.
      if (isFailing) connection.hear({ kind: 'text', text: expected });
    } else {
      const isKnown = isFailing && statusIn(expected) !== undefined;
      connection.hear(isKnown ? { kind: 'text', text: expected } : frame);
      tape.frame(connection, told);
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
  const shown = [shownFrame(received), `(${received})`];
  const index = lines.findLastIndex(({ isSent, text }) => !isSent && shown.includes(text));
  return index === -1 ? lines.length - 1 : index;
}

type Sent = { kind: 'text' | 'binary'; text: string } | { kind: 'close'; code: number } | { kind: 'cutoff' };

/** What a transcript has said in words: `(close 1000)`, `(cut off)`, `(binary) …`. */
function frameIn(text: string): Sent {
  const [, code] = /^\(close (\d+)\)$/.exec(text) ?? [];
  if (code !== undefined) return { kind: 'close', code: Number(code) };
  if (text === '(cut off)') return { kind: 'cutoff' };
  const [, form, payload] = /^\((binary|text|bytes|\d+ fragments)\) (.*)$/su.exec(text) ?? [];
  if (payload === undefined) return { kind: 'text', text };
  return { kind: form === 'binary' || form === 'bytes' ? 'binary' : 'text', text: payload };
}

/** The status of a reply, which may have holes or be shortened, so that it need not be JSON. */
function statusIn(text: string): boolean | undefined {
  const [, status] = /"status":\s*(true|false)/.exec(text) ?? [];
  return status === undefined ? undefined : status === 'true';
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
    const way = event.type === '@xstate.snapshot' ? steps.take(event) : undefined;
    const told = this.#redactor.show(event, way);
    this.#note(
      told.type === '@xstate.actor'
        ? { ...told, definition: undefined, machine: connectionMachine.id }
        : told,
    );
  }

  frame({ session }: Rehearsal, frame: ShownFrame): void {
    const bytes = frame.text === undefined ? {} : { bytes: Buffer.byteLength(frame.text) };
    this.#note({ type: '@chat.frame', sessionId: session, ...frame, ...bytes });
  }

  #note(told: object): void {
    this.entries.push({ at: this.at, kind: 'told', told });
  }
}

type Step = Request | Unreadable | { type: 'lost' | 'hangup' };

/** The machine of one connection. It takes the requests, and is told what became of them, as the transcript says. */
class Rehearsal {
  readonly #actor;
  readonly #waiting: Step[] = [];
  /** The nickname that it waits for. */
  #claimed: string | undefined;

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

  send(frame: Sent): void {
    if (frame.kind === 'cutoff') this.#waiting.push({ type: 'lost' });
    else if (frame.kind === 'close') this.#waiting.push({ type: frame.code === 1001 ? 'lost' : 'hangup' });
    else
      this.#waiting.push(readRequest(frame.kind === 'text' ? frame.text : Buffer.from(frame.text, 'latin1')));
    this.#goOn();
  }

  /** A frame has come, or should have. Only a reply to what the machine waits for brings it on, or the end. */
  hear(frame: Sent): void {
    if ('text' in frame) this.#settle(frame.text);
    else this.send(frame);
  }

  #settle(reply: string): void {
    const status = statusIn(reply);
    if (status === undefined || !this.#actor.getSnapshot().hasTag('busy')) return;
    const isResumable = /"resume":/.test(reply);
    const holding = status &&
      this.#claimed !== undefined && { nickname: this.#claimed, isResumable, isResumed: false };
    this.#actor.send({ type: 'settled', count: 1, ...(holding && { holding }) });
    this.#goOn();
  }

  /** Gives the machine the requests that it can take. */
  #goOn(): void {
    for (;;) {
      const [request] = this.#waiting;
      if (request === undefined || !this.#actor.getSnapshot().can(request)) return;
      this.#waiting.shift();
      this.#claimed = request.type === 'name' ? `${request.name}` : undefined;
      this.#actor.send(request);
    }
  }
}
