/** A worker process, as the primary sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Answer, News, Order, Question, Start } from './messages.ts';

const executable = fileURLToPath(new URL('../worker.js', import.meta.url));

export type WorkerOptions = {
  /** Writes a line of its log. */
  onLine: (text: string) => void;
  /** It has a connection that was sent to it. */
  onTaken: () => void;
  /** One of its connections has ended. */
  onLost: () => void;
};

type Opened = News & { type: 'opened' };

/** How a process has ended that has done what it should. */
export const wellEnded = 'ended with exit code 0';

export class Worker {
  readonly number: number;
  phase: 'starting' | 'open' | 'ended' = 'starting';
  /** Resolves once it has loaded the history. Rejects with the reason, in words, if it ends before. */
  readonly loaded: Promise<void>;
  /** Resolves once it takes connections. Rejects if it ends before. */
  readonly opened: Promise<Opened>;
  /** Resolves to how the process has ended, in words. */
  readonly ended: Promise<string>;
  /** Resolves once it wants to leave, or has ended. */
  readonly leaving: Promise<void>;
  readonly #child: ChildProcess;
  readonly #options: WorkerOptions;
  readonly #questions = new Map<number, (answer: Answer | undefined) => void>();
  #asked = 0;
  #onLoaded = () => {};
  #onOpened = (_: Opened) => {};
  #onLeaving = () => {};
  #failure: string | undefined;

  constructor(number: number, start: Start, options: WorkerOptions) {
    this.number = number;
    this.#options = options;
    this.#child = fork(executable, [`${number}`], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (news) => this.#hear(news as News));
    this.ended = new Promise<string>((resolve) => {
      this.#child.on('error', ({ message }) => resolve(message));
      this.#child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`));
    });
    void this.ended.then(() => {
      this.phase = 'ended';
      for (const answer of this.#questions.values()) answer(undefined);
    });
    const failed = this.ended.then((how) =>
      Promise.reject(withoutStack(this.#failure ?? `worker ${number} ${how}`)),
    );
    const untilFailed = <Value>(begin: (resolve: (value: Value) => void) => void): Promise<Value> => {
      const promise = Promise.race([failed, new Promise(begin)]);
      promise.catch(() => {});
      return promise;
    };
    this.loaded = untilFailed((resolve) => {
      this.#onLoaded = resolve;
    });
    this.opened = untilFailed((resolve) => {
      this.#onOpened = resolve;
    });
    this.leaving = new Promise((resolve) => {
      this.#onLeaving = resolve;
      void this.ended.then(() => resolve());
    });
    this.send(start);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends an order, with a connection if it is for one. Orders to a process that has ended are lost. */
  send(order: Order | Start, socket?: Socket): void {
    this.#child.send(order, socket, { keepOpen: false }, () => {});
  }

  /** Resolves to the answer, or to `undefined` if the process ends or the time is over before. */
  ask(question: Question, limitMs: number): Promise<Answer | undefined> {
    if (this.phase === 'ended') return Promise.resolve(undefined);
    const id = this.#asked++;
    return new Promise((resolve) => {
      const settle = (answer: Answer | undefined) => {
        clearTimeout(late);
        this.#questions.delete(id);
        resolve(answer);
      };
      const late = setTimeout(settle, limitMs, undefined);
      this.#questions.set(id, settle);
      this.send({ type: 'question', id, question });
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #hear(news: News): void {
    switch (news.type) {
      case 'line':
        this.#options.onLine(news.text);
        break;
      case 'failed':
        this.#failure = news.text;
        break;
      case 'loaded':
        this.#onLoaded();
        break;
      case 'opened':
        this.phase = 'open';
        this.#onOpened(news);
        break;
      case 'taken':
        this.#options.onTaken();
        break;
      case 'lost':
        this.#options.onLost();
        break;
      case 'leaving':
        this.#onLeaving();
        break;
      case 'answer':
        this.#questions.get(news.id)?.(news.answer);
    }
  }
}

/** An error that says no more than this text. */
const withoutStack = (text: string) => Object.assign(new Error(text), { stack: text });
