/** Somebody who comes, chats, goes, and comes back to any of several processes, whatever happens to them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Frame } from '../client.ts';
import type { Chooser } from '../fuzz.ts';
import { Line } from './line.ts';
import type { Life } from './records.ts';

/** Long enough for upper and lower case to write any number that a storm comes to. */
const contested = [
  'aquickbrownfoxjumpsoverthedog',
  'packmyboxwithfivedozenjugs',
  'thefiveboxingwizardsjumpquickly',
];

/** Nicknames and contents, none of them twice. */
export class Words {
  #count = 0;

  /** A nickname. Of the contested ones many have the same key, in which upper and lower case count alike (P-NAME-3). */
  nickname(choose: Chooser): string {
    const number = ++this.#count;
    if (!choose.isTrue(0.3)) return `Khách ${number}`;
    const letters = [...choose.pick(contested)];
    return letters.map((letter, at) => ((number >> at) % 2 === 0 ? letter : letter.toUpperCase())).join('');
  }

  content(): string {
    return `tin nhắn ${++this.#count}`;
  }
}

export type VisitorOptions = {
  /** The addresses of the processes. */
  urls: readonly string[];
  /** The only process that it comes to, where it never leaves by itself. */
  home?: number;
  choose: Chooser;
  words: Words;
  /** Takes the record of each connection. */
  lives: Life[];
};

export class Visitor {
  /** The connection, if there is one. */
  line: Line | undefined;
  readonly #options: VisitorOptions;
  readonly #choose: Chooser;
  /** How long it waits for a reply before it tries elsewhere. */
  readonly #patienceMs: number;
  /** What it comes back with. */
  #holding: { name: string; secret: string } | undefined;
  #isOver = false;

  constructor(options: VisitorOptions) {
    this.#options = options;
    this.#choose = options.choose;
    this.#patienceMs = this.#choose.isTrue(0.5) && options.home === undefined ? 1500 : 60_000;
  }

  /** Comes and goes until `stop`. Then its connection is left as it is. */
  async run(): Promise<void> {
    while (!this.#isOver) {
      await pause(20 + this.#choose.below(200));
      await this.#visit();
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  async #visit(): Promise<void> {
    const { urls, home, lives } = this.#options;
    const process = home ?? this.#choose.below(urls.length);
    const line = await Line.open(urls[process] ?? '', process);
    if (line === undefined) return;
    this.line = line;
    lives.push(line.life);
    let isMember = false;
    while (line.isOpen && !this.#isOver) {
      if (isMember) await this.#act(line);
      else isMember = await this.#claim(line);
      await pause(20 + this.#choose.below(200));
    }
  }

  async #claim(line: Line): Promise<boolean> {
    const name = this.#holding?.name ?? this.#options.words.nickname(this.#choose);
    const resume = this.#holding?.secret ?? this.#choose.isTrue(0.6);
    const reply = await this.#ask(line, { data: 'name', name, resume });
    if (reply?.['reason'] === 'NameAlreadyUsed') this.#holding = undefined;
    if (reply?.['status'] !== true) return false;
    const { resume: secret } = reply;
    this.#holding = typeof secret === 'string' ? { name, secret } : undefined;
    return (await this.#ask(line, { data: 'get', limit: 0 })) !== undefined;
  }

  async #act(line: Line): Promise<void> {
    const chance = this.#choose.below(100);
    if (chance < 60) await Promise.all(this.#choose.some(3, () => this.#send(line)));
    else if (chance < 75) await this.#ask(line, { data: 'get', ...this.#window() });
    else if (this.#options.home !== undefined) return;
    else if (chance < 87) await this.#change(line);
    else if (chance < 90) await this.#leave(line);
    else if (chance < 94) await this.#vanish(line);
  }

  #send(line: Line): Promise<unknown> {
    return this.#ask(line, { data: 'send', content: this.#options.words.content() });
  }

  #window(): Frame {
    const number = this.#choose.below(50);
    return this.#choose.pick([{ limit: number }, { after: number, limit: number }, { before: number }, {}]);
  }

  async #change(line: Line): Promise<void> {
    const name = this.#options.words.nickname(this.#choose);
    const reply = await this.#ask(line, { data: 'name', name });
    if (this.#holding === undefined) return;
    if (reply === undefined) this.#holding = undefined;
    else if (reply['status'] === true) this.#holding.name = name;
  }

  async #leave(line: Line): Promise<void> {
    this.#holding = undefined;
    line.close();
    await line.ended;
  }

  /** Goes without a word, and perhaps never comes back under the same nickname. */
  async #vanish(line: Line): Promise<void> {
    if (this.#choose.isTrue(0.3)) this.#holding = undefined;
    line.cut();
    await line.ended;
  }

  /** Asks, and breaks the connection if there is no reply for too long. */
  async #ask(line: Line, request: Frame): Promise<Frame | undefined> {
    const late = setTimeout(() => line.cut(), this.#patienceMs);
    const reply = await line.ask(request);
    clearTimeout(late);
    return reply;
  }
}
