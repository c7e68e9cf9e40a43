/** The traffic of all connections, for an inspector. One tap serves them all; without a listener it costs nothing. */

import type { Handshake } from './guest.ts';

export type Traffic =
  | { way: 'in'; kind: 'handshake'; handshake: Handshake }
  | { way: 'in'; kind: 'text' | 'binary'; payload: Buffer; fragments: number }
  | { way: 'in'; kind: 'ping' | 'pong'; length: number }
  /** `code` is 1005 if the frame has none (RFC 6455 §7.4.1). `isAnswer`: the other side has closed first. */
  | { way: 'in' | 'out'; kind: 'close'; code: number; isAnswer?: true }
  /** This side has ended the connection without a close frame, perhaps since its peer has been silent for so long. */
  | { way: 'in' | 'out'; kind: 'cutoff'; silentSeconds?: number }
  /** Whole frames, any number in a buffer. */
  | { way: 'out'; kind: 'frames'; frames: readonly Buffer[] }
  /** One text message in pieces. */
  | { way: 'out'; kind: 'message'; pieces: readonly Uint8Array[] };

export type Tap = {
  /** Called with the id of a connection and its traffic. */
  onTraffic: ((id: string, traffic: Traffic) => void) | undefined;
};
