/** One chat in this process, which is all there is unless workers are asked for. */
import { type Chat, createChat } from '../chat.ts';
import { type Config, splitConfig } from '../config.ts';
import type { Console } from '../hosting/log.ts';
import { fixedSettings } from '../hosting/reload.ts';
import { fail } from '../hosting/signals.ts';
import { linesOf, type Opened, type Service } from './service.ts';

export class Alone implements Service {
  readonly #settings: Config;
  readonly #fd: number | undefined;
  readonly #console: Console;
  #chat: Chat | undefined;

  constructor(settings: Config, fd: number | undefined, console: Console) {
    this.#settings = settings;
    this.#fd = fd;
    this.#console = console;
  }

  async open(): Promise<void> {
    const { config } = splitConfig(this.#settings);
    const { log } = this.#console;
    this.#chat = await createChat({ ...config, log, onFault: (error) => fail(error, this.#console) });
  }

  async listen(): Promise<Opened> {
    const { inspect, inspectPort: port, inspectContent: withContent } = this.#settings;
    const chat = this.#running;
    const url = await chat.listen({ fd: this.#fd });
    const inspector = inspect ? await chat.inspect({ port, withContent }) : undefined;
    return { url, lines: linesOf({ operations: chat.operations, inspector }) };
  }

  async reload(next: Config): Promise<string[]> {
    this.#running.reconfigure(splitConfig(next).config);
    return fixedSettings(this.#settings, next);
  }

  async close(): Promise<void> {
    await this.#chat?.close();
  }

  get #running(): Chat {
    if (this.#chat === undefined) throw new Error('the chat has not been opened');
    return this.#chat;
  }
}
