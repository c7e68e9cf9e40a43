import { expect } from 'vitest';
import type { Request, Unreadable } from '../../src/protocol/request.ts';
import { type Client, type Frame, newClient, newMember } from './client.ts';
import { frameOf, taken } from './model.ts';

const timestamp = expect.stringMatching(/^\d\d\/\d\d\/\d{4} \d\d\/\d{4}$/);

/**
 * A real connection that walks a path of the machine, and a member that watches it. The machine says in which state it
 * is; what the contract demands there of the wire is checked here, against the server.
 */
export class Walk {
  readonly #walker: Client;
  readonly #watcher: Client;
  /** What was asked and is not answered yet. */
  #asked: Request | undefined;
  #nickname: string | undefined;
  readonly #history: Frame[] = [];
  /** All was sent at once: only the replies and their order are looked at. */
  #isAhead = false;

  private constructor(walker: Client, watcher: Client) {
    this.#walker = walker;
    this.#watcher = watcher;
  }

  static async start(url: string): Promise<Walk> {
    const watcher = await newMember(url, taken);
    return new Walk(await newClient(url), watcher);
  }

  /** Sends everything at once, before any of it is answered; what is said from now on has been sent. */
  sayAhead(requests: readonly (Request | Unreadable)[]): void {
    this.#isAhead = true;
    for (const request of requests) this.#walker.sayRaw(frameOf(request));
  }

  /** A request is sent; its answer is read when the machine is not busy. */
  say(request: Request): void {
    this.#asked = request;
    if (!this.#isAhead) this.#walker.sayRaw(frameOf(request));
  }

  /** A frame that is no request is answered at once. */
  async sayUnreadable(frame: Unreadable): Promise<void> {
    if (!this.#isAhead) this.#walker.sayRaw(frameOf(frame));
    expect(await this.#walker.next()).toEqual(frame.reply);
  }

  /** The machine waits for the room: so the one reply, which the server gives by itself, must say that it was done. */
  async answered(nickname: string | undefined): Promise<void> {
    const asked = this.#takeAsked();
    expect(await this.#walker.next()).toEqual(this.#settled(asked, nickname));
    await this.#watch(asked, nickname);
  }

  /** The machine is idle: if something was asked and is not answered, it has been answered without the room. */
  async answeredAtOnce(): Promise<void> {
    if (this.#asked === undefined) return;
    const asked = this.#takeAsked();
    const isGood = asked.type === 'get' && this.#nickname !== undefined && asked.window?.limit !== -1;
    expect(await this.#walker.next()).toEqual(isGood ? this.#got(asked.window) : this.#refusal(asked));
    if (!this.#isAhead) expect(await this.#watcher.pending()).toEqual([]);
  }

  /** What came that nothing asked for. */
  repliesLeft(): Promise<Frame[]> {
    return this.#walker.pending();
  }

  /** The state is a stranger's: it sees nothing and nobody sees it. */
  async isStranger(): Promise<void> {
    await this.answeredAtOnce();
    expect(this.#nickname).toBeUndefined();
    expect(await this.#walker.ask({ data: 'get' })).toEqual({
      type: 'get',
      status: false,
      reason: 'UnknownRegister',
    });
    expect(await this.#online()).toEqual([taken]);
  }

  /** The state is a member's, under this nickname. */
  async isMember(nickname: string | undefined): Promise<void> {
    await this.answeredAtOnce();
    expect(this.#nickname).toBe(nickname);
    expect(await this.#walker.ask({ data: 'get' })).toEqual(this.#got(undefined));
    expect(await this.#online()).toEqual([taken, nickname]);
  }

  /** It hangs up: what it had asked is done still, then the others see a member's leave, once, and its nickname is free. */
  async hangUp(nickname: string | undefined): Promise<void> {
    const asked = this.#asked;
    await this.#walker.leave();
    if (asked !== undefined) await this.#watch(asked, nickname);
    if (this.#nickname !== undefined) {
      const leave = { type: 'receive', datatype: 'leave', name: this.#nickname, timestamp };
      expect(await this.#watcher.next()).toEqual(leave);
    }
    expect(await this.#watcher.pending()).toEqual([]);
    expect(await this.#online()).toEqual([taken]);
  }

  #takeAsked(): Request {
    if (this.#asked === undefined) throw new Error('nothing was asked');
    const asked = this.#asked;
    this.#asked = undefined;
    return asked;
  }

  async #online(): Promise<unknown> {
    const { data } = await this.#watcher.ask({ data: 'get' });
    return Object(data).online;
  }

  /** The watcher sees what was done, and nothing else; `nickname` is the one in force from now on. */
  async #watch(done: Request, nickname: string | undefined): Promise<void> {
    const event = this.#event(done, nickname);
    this.#nickname = nickname;
    if (done.type === 'send') this.#history.push({ name: nickname, content: done.content, timestamp });
    if (event !== undefined && !this.#isAhead)
      expect(await this.#watcher.next()).toEqual({ type: 'receive', ...event });
  }

  #event(done: Request, nickname: string | undefined): Frame | undefined {
    if (done.type === 'send')
      return { datatype: 'message', name: nickname, content: done.content, timestamp };
    if (done.type === 'get' || nickname === this.#nickname) return undefined;
    return this.#nickname === undefined
      ? { datatype: 'register', name: nickname, timestamp }
      : { datatype: 'change', oldname: this.#nickname, newname: nickname, timestamp };
  }

  /** The reply to what went through the room. */
  #settled(asked: Request, nickname: string | undefined): Frame {
    if (asked.type === 'send')
      return { type: 'send', name: this.#nickname, content: asked.content, status: true, timestamp };
    if (asked.type === 'get') throw new Error('the room is not asked for a history');
    return nickname === asked.name && nickname !== this.#nickname
      ? {
          ...this.#claim(asked.name),
          status: true,
          timestamp,
          ...(asked.resume && { resume: expect.stringMatching(/^[\w-]{22,64}$/) }),
        }
      : { ...this.#claim(asked.name), status: false, reason: 'NameAlreadyUsed' };
  }

  /** The reply to what did not. */
  #refusal(asked: Request): Frame {
    if (asked.type === 'name')
      return { ...this.#claim(asked.name), status: false, reason: 'WrongFormatName' };
    if (this.#nickname === undefined) return { type: asked.type, status: false, reason: 'UnknownRegister' };
    return asked.type === 'get'
      ? {
          type: 'get',
          name: this.#nickname,
          status: false,
          reason: 'ErrorWhenGet',
          error: expect.stringContaining('limit'),
        }
      : {
          type: 'send',
          username: this.#nickname,
          content: asked.content,
          status: false,
          reason: 'WrongFormatContent',
        };
  }

  #claim(name: unknown): Frame {
    return this.#nickname === undefined
      ? { type: 'name', action: 'register', name }
      : { type: 'name', action: 'change', oldname: this.#nickname, newname: name };
  }

  /** A get's reply; a window asks for the newest message only. */
  #got(window: object | undefined): Frame {
    const total = this.#history.length;
    const data = { message: this.#history, online: [taken, this.#nickname] };
    const part = { ...data, message: this.#history.slice(-1), total, first: Math.max(0, total - 1) };
    const reply = { type: 'get', status: true, name: this.#nickname, timestamp };
    return { ...reply, data: window === undefined ? data : part };
  }
}
