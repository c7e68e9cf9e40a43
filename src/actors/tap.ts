/** What goes over the wire, for who looks on. One tap serves all connections; while nobody listens it costs nothing. */

export type Traffic =
  | { way: 'in'; kind: 'text' | 'binary'; payload: Buffer }
  | { way: 'in'; kind: 'ping' | 'pong' }
  /** `code` is 1005 where the frame held none (RFC 6455 §7.4.1). */
  | { way: 'in' | 'out'; kind: 'close'; code: number }
  /** The connection is cut off, since its peer has been silent for so long. */
  | { way: 'out'; kind: 'cutoff'; silentSeconds: number }
  /** Whole frames as they are written, any number in a buffer. */
  | { way: 'out'; kind: 'frames'; frames: readonly Buffer[] }
  /** One text message, the sum of its pieces. */
  | { way: 'out'; kind: 'message'; pieces: readonly Uint8Array[] };

export type Tap = {
  /** Hears of each connection's traffic by its id. */
  onTraffic: ((id: string, traffic: Traffic) => void) | undefined;
};
