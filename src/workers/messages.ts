/** What the primary and its workers tell each other, as JSON between processes. */
import type { Config } from '../config.ts';
import type { Address } from '../hosting/http.ts';
import type { Actor } from '../hosting/keys.ts';
import type { LogOptions } from '../hosting/log.ts';
import type { Report } from '../hosting/vitals.ts';
import type { Outcome } from '../moderation/outcome.ts';

/** What a worker is started with. `latest`: what a reload has changed the settings to since the primary was started. */
export type Start = { settings: Config; latest: Config | undefined; log: LogOptions };

/** From the primary to a worker. */
export type Order =
  /** The port is open. Connections come from now on. */
  | { type: 'open'; address: Address | undefined }
  /** Comes with a connection, unless that has just been lost. */
  | { type: 'connection' }
  | { type: 'question'; id: number; question: Question }
  | { type: 'close' };

/** From a worker to the primary. */
export type News =
  /** A line for the log. */
  | { type: 'line'; text: string }
  /** It cannot start. The text says why. */
  | { type: 'failed'; text: string }
  /** It has loaded the history. */
  | { type: 'loaded' }
  /** It takes connections, but no more than `most`; `inspector` is the address of its inspector. */
  | { type: 'opened'; most: number | undefined; inspector: string | undefined }
  /** It has a connection that was sent to it. */
  | { type: 'taken' }
  /** One of them has ended. */
  | { type: 'lost' }
  /** It was sent SIGTERM, and asks for another worker in its place. */
  | { type: 'leaving' }
  | { type: 'answer'; id: number; answer: Answer };

export type Question =
  /** Does the event loop turn? */
  | { type: 'pulse' }
  | { type: 'report' }
  | { type: 'reload'; settings: Config }
  /** What somebody wants done, who has shown the primary a token. */
  | { type: 'act'; actor: Actor; act: string; order: unknown };

export type Answer =
  | { type: 'pulse' }
  | { type: 'report'; report: Report | undefined }
  /** `mistake`: why it has kept its settings. */
  | { type: 'reload'; mistake: string | undefined }
  | { type: 'act'; outcome: Outcome };
