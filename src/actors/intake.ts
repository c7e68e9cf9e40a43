import { Duplex } from 'node:stream';
import { ClosingScanner, Scanner } from './scanner.ts';

/** A piece is copied if it would hold so much more memory than it needs. */
const mostWaste = 4096;

/** How long the peer may take for a message, once it has begun. */
const messageMs = 10_000;

export type IntakeListener = {
  /** There is a piece to pass on. */
  onPiece: () => void;
  /** The socket is not read until all pieces have been passed on. */
  onPaused: () => void;
  /** `ws` has written a close frame. */
  onClosing: (code: number) => void;
  /** A message has not been finished in time, and `isStill` says whether that is still so. */
  onStalled: (isStill: () => boolean) => void;
};

/**
 * The stream that `ws` reads in place of the socket: it passes the bytes on frame by frame, when it is told to, so that
 * `ws` never has more work than there is room for in a turn. The socket is read when everything has been passed on. What
 * `ws` writes, which is handshakes and close frames, goes straight to the socket.
 */
export class Intake extends Duplex {
  readonly socket: Duplex;
  readonly #scanner = new Scanner();
  readonly #closing = new ClosingScanner();
  readonly #messageMs: number;
  #listener: IntakeListener | undefined;
  /** What has not been passed on, and how long the next piece of it is: a frame, or what has come of one. */
  #rest: Buffer | undefined;
  #size = 0;
  /** In how many frames the message has come that the last piece belongs to. */
  fragments = 0;
  #isEnded = false;
  /** `ws` takes what is pushed, at once. */
  #isFlowing = false;
  /** `ws` has ended its side: it has seen a close frame or an invalid one, and nothing behind that is for it. */
  #isOver = false;
  #deadline: NodeJS.Timeout | undefined;

  /** `head`: what came behind the handshake. */
  constructor(socket: Duplex, head: Buffer, limits: { messageMs?: number } = {}) {
    super();
    this.socket = socket;
    this.#messageMs = limits.messageMs ?? messageMs;
    if (head.length > 0) socket.unshift(head);
    socket.on('end', () => {
      this.#isEnded = true;
      if (this.#rest === undefined) this.push(null);
    });
    this.on('pause', () => {
      this.#isFlowing = false;
    });
    this.on('resume', () => {
      this.#isFlowing = this.readableFlowing === true;
      this.#listener?.onPiece();
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** Begins to read. */
  open(listener: IntakeListener): void {
    this.#listener = listener;
    this.socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** Whether something has not been passed on, so that the socket is not read. */
  get isHeld(): boolean {
    return this.#rest !== undefined;
  }

  /** The size of the piece that can be passed on, in bytes. `undefined` if there is none, or `ws` does not take it now. */
  get next(): number | undefined {
    return this.#rest !== undefined && this.#isFlowing && this.readableLength === 0 ? this.#size : undefined;
  }

  /** Passes the next piece on. */
  pass(): void {
    const rest = this.#rest as Buffer;
    const piece = rest.subarray(0, this.#size);
    this.fragments = this.#scanner.fragments;
    this.#hold(piece.length < rest.length ? rest.subarray(piece.length) : undefined);
    this.push(piece.buffer.byteLength - piece.length > mostWaste ? copyOf(piece) : piece);
    if (this.#rest === undefined) this.#readOn();
  }

  /** Does nothing: a piece comes in its turn, and never while `ws` is at work on another one. `ws` could not take that. */
  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.socket.write(chunk);
    const code = this.#closing.read(chunk);
    if (code !== undefined) this.#listener?.onClosing(code);
    done();
  }

  /** What comes from now on is dropped, however much it is, so that the end behind it is found at once. */
  override _final(done: () => void): void {
    this.socket.end(() => done());
    this.#isOver = true;
    this.#rest = undefined;
    this.#endDeadline();
    this.#readOn();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#deadline);
    this.#rest = undefined;
    this.socket.destroy();
    done(error);
  }

  #readOn(): void {
    if (this.#isEnded) this.push(null);
    else if (this.socket.isPaused()) this.socket.resume();
  }

  #take(chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#rest === undefined) this.#hold(chunk);
    else this.#rest = Buffer.concat([this.#rest, chunk]);
    this.#listener?.onPiece();
    if (this.#rest === undefined) return;
    this.socket.pause();
    this.#listener?.onPaused();
    // The peer is not to blame for what is not read.
    this.#endDeadline();
  }

  /** Holds the bytes that have not been passed on, and finds the next piece in them. */
  #hold(rest: Buffer | undefined): void {
    this.#rest = rest;
    if (rest !== undefined) this.#size = this.#scanner.read(rest, 0);
    else if (this.#scanner.isMidway) this.#deadline ??= setTimeout(() => this.#stall(), this.#messageMs);
    else this.#endDeadline();
  }

  #endDeadline(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  /** What came while the process was busy or stopped is read before the peer is judged. */
  #stall(): void {
    const deadline = this.#deadline;
    const isStill = () => this.#deadline === deadline && !this.destroyed;
    setImmediate(() => {
      if (isStill()) this.#listener?.onStalled(isStill);
    });
  }
}

function copyOf(piece: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(piece.length);
  copy.set(piece);
  return copy;
}
