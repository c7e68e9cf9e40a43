/** What a worker does at the orders of the primary: it has one chat, and tells the primary how it goes. */
import type { Socket } from 'node:net';
import { createChat, StartError, type WorkerChat } from '../chat.ts';
import { splitConfig } from '../config.ts';
import type { Address } from '../hosting/http.ts';
import { type Console, createLog } from '../hosting/log.ts';
import type { Sink } from '../hosting/output.ts';
import { end, fail } from '../hosting/signals.ts';
import type { Receiver } from '../hosting/site.ts';
import { refused } from '../moderation/outcome.ts';
import { inWords } from '../system-error.ts';
import type { Answer, News, Order, Question, Start } from './messages.ts';

/** Tells the primary something. `onSent` is called once it is on its way, or can no longer be. */
export type Tell = (news: News, onSent?: () => void) => void;

const notOpen = { status: 503, text: 'The worker has no chat.' };

/** The first worker is the one that the inspector shows. */
export const inspected = 1;

export class Duty {
  readonly #number: number;
  readonly #start: Start;
  readonly #tell: Tell;
  readonly #console: Console;
  #opening: Promise<WorkerChat> | undefined;
  #chat: WorkerChat | undefined;
  #receiver: Receiver | undefined;
  #isEnding = false;

  constructor(number: number, start: Start, tell: Tell) {
    this.#number = number;
    this.#start = start;
    this.#tell = tell;
    this.#console = createLog(start.log, lines(tell), number);
  }

  /** Opens the chat. Rejects if that cannot be. */
  async open(): Promise<void> {
    const { settings, latest } = this.#start;
    const { config } = splitConfig(settings);
    const { log } = this.#console;
    this.#opening = createChat({
      ...config,
      isWorker: true,
      log,
      onFault: (error) => fail(error, this.#console),
    });
    this.#chat = await this.#opening;
    if (latest !== undefined) this.#chat.reconfigure(splitConfig(latest).config);
    this.#tell({ type: 'loaded' });
  }

  /** Follows an order. Rejects if it cannot. */
  async take(order: Order, socket: Socket | undefined): Promise<void> {
    switch (order.type) {
      case 'open': {
        const inspector = await this.#serve(order.address);
        return this.#tell({ type: 'opened', most: this.#receiver?.most, inspector });
      }
      case 'connection':
        return this.#receive(socket);
      case 'question':
        return this.#tell({ type: 'answer', id: order.id, answer: await this.#answer(order.question) });
      case 'close':
        return this.close();
    }
  }

  /** Ends the chat, and then the process. */
  close(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const close = async () => {
      await this.#chat?.close();
      this.#console.finish();
    };
    end(close, this.#console, this.#start.settings.drain);
  }

  /** Takes connections from now on. Resolves to the address of the inspector, if this worker has it. */
  async #serve(address: Address | undefined): Promise<string | undefined> {
    const { inspect, inspectPort: port, inspectContent: withContent } = this.#start.settings;
    this.#receiver = this.#chat?.receive(address);
    return inspect && this.#number === inspected ? this.#chat?.inspect({ port, withContent }) : undefined;
  }

  #receive(socket: Socket | undefined): void {
    this.#tell({ type: 'taken' });
    const lost = () => this.#tell({ type: 'lost' });
    if (socket === undefined) lost();
    else this.#receiver?.take(socket.once('close', lost));
  }

  async #answer(question: Question): Promise<Answer> {
    if (question.type === 'pulse') return question;
    if (question.type === 'report') return { type: 'report', report: await this.#chat?.report() };
    // What comes during the start is done after it.
    const chat = await this.#opening;
    if (question.type === 'act') {
      const { actor, act, order } = question;
      return { type: 'act', outcome: (await chat?.perform(actor, act, order)) ?? refused(notOpen) };
    }
    try {
      chat?.reconfigure(splitConfig(question.settings).config);
      return { type: 'reload', mistake: undefined };
    } catch (error) {
      return { type: 'reload', mistake: reasonOf(error) };
    }
  }
}

/** Why a chat could not start or be changed, in words. */
export const reasonOf = (error: unknown) =>
  error instanceof StartError ? error.message : `${(error as Error).stack ?? inWords(error)}`;

/** A log whose lines are written by the primary, which writes those of all workers one after the other. */
function lines(tell: Tell): Sink {
  return {
    write: (text) => tell({ type: 'line', text }),
    end: (limitMs) =>
      new Promise((resolve) => {
        setTimeout(resolve, limitMs, true);
        tell({ type: 'line', text: '' }, () => resolve(true));
      }),
  };
}
