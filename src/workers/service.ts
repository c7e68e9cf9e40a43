import type { Config } from '../config.ts';

/** What the executable runs: one chat in this process, or workers with one chat each. */
export interface Service {
  /** Starts everything but connections. Rejects with the reason if that cannot be. */
  open(): Promise<void>;
  /** Takes connections. Rejects with the reason if that cannot be. */
  listen(): Promise<Opened>;
  /** Takes over other settings. Resolves to the names of those that cannot change. Rejects with a StartError. */
  reload(next: Config): Promise<string[]>;
  /** Starts everything anew, and refuses nobody meanwhile. */
  readonly renew?: () => Promise<void>;
  /** Ends what there is, at any time. */
  close(): Promise<void>;
}

/** The address of a chat as a URL, and lines that say what else there is. */
export type Opened = { url: string; lines: string[] };

/** The lines about what else listens. `whose` says which worker the inspector shows. */
export function linesOf({
  operations,
  inspector,
  whose = '',
}: {
  operations?: string | undefined;
  inspector: string | undefined;
  whose?: string;
}): string[] {
  return [
    operations === undefined ? [] : `operations on ${operations}`,
    inspector === undefined ? [] : `inspector${whose} on ${inspector}`,
  ].flat();
}
