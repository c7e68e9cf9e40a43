/** The process that starts the workers of a chat and speaks for them. It has their port, and no chat itself. */
import type { Config } from '../config.ts';
import { Keys } from '../hosting/keys.ts';
import type { Console, LogOptions } from '../hosting/log.ts';
import { Operations } from '../hosting/operations.ts';
import { fixedSettings } from '../hosting/reload.ts';
import { urlOf } from '../hosting/site.ts';
import { operationsDoor } from '../moderation/doors.ts';
import { StartError } from '../start-error.ts';
import { Crew, ofInspected } from './crew.ts';
import { Gate } from './gate.ts';
import { linesOf, type Opened, type Service } from './service.ts';
import { Tally } from './tally.ts';
import type { Worker } from './worker.ts';

export class Primary implements Service {
  readonly #settings: Config;
  readonly #fd: number | undefined;
  readonly #console: Console;
  readonly #gate: Gate;
  readonly #crew: Crew;
  readonly #tally: Tally;
  /** The workers have their own, which read the same files. */
  readonly #keys: Keys;
  #operations: Operations | undefined;

  /** Throws a StartError if the workers would have no ledger that they can share, or a file with tokens cannot be used. */
  constructor(settings: Config, fd: number | undefined, log: LogOptions, console: Console) {
    if (settings.ledger === undefined)
      throw new StartError(
        'CONFIG_INVALID',
        'several workers need a ledger that they can share: --ledger redis://127.0.0.1:6379/0 instead of a data file',
      );
    this.#settings = settings;
    this.#fd = fd;
    this.#console = console;
    const onWarning = (text: string) => console.log({ kind: 'warning', text });
    this.#keys = new Keys(settings, { onWarning, now: () => performance.now() });
    this.#gate = new Gate(console.log);
    const onEnded = (worker: Worker) => this.#tally.keep(worker);
    this.#crew = new Crew({ settings, log, console, gate: this.#gate, onEnded });
    this.#tally = new Tally(this.#crew);
  }

  async open(): Promise<void> {
    if (this.#settings.opsPort !== undefined)
      this.#operations = await Operations.start(
        this.#settings,
        this.#tally,
        operationsDoor(this.#keys, this.#crew.perform, this.#console.log),
        this.#console.log,
      );
    await this.#crew.start();
  }

  async listen(): Promise<Opened> {
    const address = await this.#gate.listen(this.#settings, this.#fd);
    const inspector = await this.#crew.open(address);
    const url = urlOf(address, this.#settings.tlsCert !== undefined);
    const operations = this.#operations?.url;
    return { url, lines: [...linesOf({ operations, inspector, whose: ofInspected }), this.#crew.line] };
  }

  async reload(next: Config): Promise<string[]> {
    const changeKeys = this.#keys.prepare(next);
    const mistakes = new Set(await this.#crew.reload(next));
    if (mistakes.size > 0) throw new StartError('CONFIG_INVALID', [...mistakes].join('; '));
    changeKeys();
    return fixedSettings(this.#settings, next);
  }

  readonly renew = async (): Promise<void> => {
    await this.#crew.renew();
  };

  async close(): Promise<void> {
    this.#gate.close();
    await this.#crew.close();
    await this.#operations?.close();
  }
}
