import type { FrameHeader } from '../../src/inspect/told.ts';
import { bytesOf } from './bytes.ts';
import type { Flow, Line, Picture } from './picture.ts';
import { Receipts } from './receipts.ts';
import { gistOf, isReply, objectIn } from './rules.ts';
import { spread, type Telling } from './spread.ts';

const mostLines = 1000;
const mostFlows = 40;

/** A frame that one of the page's clients has got. */
type Got = { client: string; text: string; rules: string[]; bytes: number; at: number };

/** The newest lines of the wire log, and the newest arrows of the sequence. */
export class Traffic {
  readonly lines: Line[] = [];
  readonly flows: Flow[] = [];
  readonly #receipts = new Receipts();
  /** Makes the number of the next line or flow. */
  readonly #next: () => number;

  constructor(next: () => number) {
    this.#next = next;
  }

  note(noted: Omit<Line, 'number'>): Line {
    const line = { number: this.#next(), ...noted };
    this.lines.push(line);
    if (this.lines.length > mostLines) this.lines.shift();
    return line;
  }

  /** Notes a frame that the inspector has told and the page's client has not got yet. Returns false if it has. */
  awaits(client: string, noted: Omit<Line, 'number'> & { awaited: number }): boolean {
    if (this.#receipts.isGot(client, noted.awaited, noted.at)) return false;
    this.#receipts.await(client, this.note(noted));
    return true;
  }

  /** The server has taken a frame that a client of the page had sent: its line shows what the frame says of itself. */
  taken(client: string, bytes: number, header: FrameHeader): void {
    const sent = this.lines.filter(
      ({ whose, isOut, isHandshake }) =>
        isOut && !isHandshake && 'client' in whose && whose.client === client,
    );
    // Frames are taken in the order in which they were sent, so none stands before one that has been taken.
    const left = sent.slice(sent.findLastIndex((line) => line.header !== undefined) + 1);
    const line = left.find(({ text }) => bytesOf(text) === bytes);
    if (line !== undefined) line.header = header;
  }

  /** The page's client has got a frame. Returns false if the inspector has not told it yet. */
  got({ client, text, rules, bytes, at }: Got): boolean {
    const told = this.#receipts.got(client, bytes, at);
    if (told === undefined) this.note({ at, whose: { client }, isOut: false, text, rules });
    else Object.assign(told, { text, rules, awaited: undefined, moment: this.#next() });
    return told !== undefined;
  }

  draw(flow: Omit<Flow, 'number'> & { at: number }): void {
    this.flows.push({ ...flow, number: this.#next() });
    if (this.flows.length > mostFlows) this.flows.shift();
  }

  /** Draws a message that a connection sends to its peer. */
  drawAnswer(from: string, text: string, bytes: number, at: number): void {
    const label = gistOf(text);
    if (isReply(text))
      this.draw({ from, to: undefined, label, isRefusal: objectIn(text)['status'] === false, at });
    else this.drawTelling({ from, label, bytes, at });
  }

  /** Draws what goes out to many as one row. */
  drawTelling(telling: Telling): void {
    const { from, label, bytes, at } = telling;
    const row = spread(this.flows, telling);
    if (row === undefined)
      this.draw({ from, to: undefined, label, isRefusal: false, at, spread: { others: [], bytes, at } });
    else row.moment = this.#next();
  }

  restore({ lines, flows }: Pick<Picture, 'lines' | 'flows'>): void {
    this.lines.push(...lines);
    this.flows.push(...flows);
    for (const line of lines)
      if (line.awaited !== undefined && 'client' in line.whose) this.#receipts.await(line.whose.client, line);
  }
}
