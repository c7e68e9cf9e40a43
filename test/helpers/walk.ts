import { expect } from 'vitest';
import type { Request, Unreadable } from '../../src/protocol/request.ts';
import { type Client, type Frame, newClient, newMember } from './client.ts';
import { forbidden, objections } from './machine.ts';
import { type acts, frameOf, taken } from './model.ts';
import type { TestServer } from './server.ts';

const timestamp = expect.stringMatching(/^\d\d\/\d\d\/\d{4} \d\d\/\d{4}$/);

type Moderation = TestServer['chat']['moderation'];

/**
 * A real connection that walks a path of the machine, and a member that observes it. The machine says in which state
 * the connection is; this class checks that the server then sends what the contract demands.
 */
export class Walk {
  readonly #walker: Client;
  readonly #watcher: Client;
  readonly #moderation: Moderation;
  /** The unanswered request. */
  #asked: Request | undefined;
  #nickname: string | undefined;
  readonly #history: Frame[] = [];
  /** Whether all requests were sent at once. Then only the replies and their order are checked. */
  #isAhead = false;
  #isMuted = false;

  private constructor(walker: Client, watcher: Client, moderation: Moderation) {
    this.#walker = walker;
    this.#watcher = watcher;
    this.#moderation = moderation;
  }

  /** Starts a walk on a server that has nothing but this class's own. Its house becomes that of the model. */
  static async start({ url, chat: { moderation } }: TestServer): Promise<Walk> {
    await moderation.words([forbidden.content]);
    await moderation.ban({ nickname: forbidden.nickname });
    const watcher = await newMember(url, taken);
    return new Walk(await newClient(url), watcher, moderation);
  }

  /** Sends all requests at once. Later calls only check the replies. */
  sayAhead(requests: readonly (Request | Unreadable)[]): void {
    this.#isAhead = true;
    for (const request of requests) this.#walker.sayRaw(frameOf(request));
  }

  /** Sends a request. Its reply is read when the machine is no longer busy. */
  say(request: Request): void {
    this.#asked = request;
    if (!this.#isAhead) this.#walker.sayRaw(frameOf(request));
  }

  /** Sends a frame that is not a request, and checks the immediate reply. */
  async sayUnreadable(frame: Unreadable): Promise<void> {
    if (!this.#isAhead) this.#walker.sayRaw(frameOf(frame));
    expect(await this.#walker.next()).toEqual(frame.reply);
  }

  /** A moderator acts on the walker. */
  async suffer(act: (typeof acts)[number]['type']): Promise<void> {
    await this.answeredAtOnce();
    const nickname = `${this.#nickname}`;
    if (act === 'kicked') {
      await this.#moderation.kick(nickname);
      expect(await this.#walker.closed()).toBe(4001);
      await this.#hasLeft();
    } else {
      await this.#moderation[act === 'muted' ? 'mute' : 'unmute'](nickname);
      this.#isMuted = act === 'muted';
    }
  }

  /** Checks the reply to a request that went through the room, and what the watcher sees of it. */
  async answered(nickname: string | undefined): Promise<void> {
    const asked = this.#takeAsked();
    expect(await this.#walker.next()).toEqual(this.#settled(asked, nickname));
    await this.#watch(asked, nickname);
  }

  /** The machine is idle: an unanswered request must be answered without the room. */
  async answeredAtOnce(): Promise<void> {
    if (this.#asked === undefined) return;
    const asked = this.#takeAsked();
    const isGood = asked.type === 'get' && this.#nickname !== undefined && asked.window?.limit !== -1;
    expect(await this.#walker.next()).toEqual(isGood ? this.#got(asked.window) : this.#refusal(asked));
    if (!this.#isAhead) expect(await this.#watcher.pending()).toEqual([]);
  }

  /** Resolves to frames that were received without a request. */
  repliesLeft(): Promise<Frame[]> {
    return this.#walker.pending();
  }

  /** Checks that the connection is not registered: it may not use `get`, and is not online. */
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

  /** Checks that the connection is a member with this nickname. */
  async isMember(nickname: string | undefined): Promise<void> {
    await this.answeredAtOnce();
    expect(this.#nickname).toBe(nickname);
    expect(await this.#walker.ask({ data: 'get' })).toEqual(this.#got(undefined));
    expect(await this.#online()).toEqual([taken, nickname]);
  }

  /** Closes the connection. Its last request is still done, then the others see one leave, and the nickname is free. */
  async hangUp(nickname: string | undefined): Promise<void> {
    const asked = this.#asked;
    await this.#walker.leave();
    if (asked !== undefined) await this.#watch(asked, nickname);
    await this.#hasLeft();
  }

  /** Checks that the others see one leave if the walker was a member, and that its nickname is free. */
  async #hasLeft(): Promise<void> {
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

  /** Checks that the watcher sees the request's event and nothing else. `nickname` is the new nickname. */
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

  /** The reply to a request that went through the room. */
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

  /** The reply to a request that was refused without the room. */
  #refusal(asked: Request): Frame {
    if (asked.type === 'name') return { ...this.#claim(asked.name), status: false, ...this.#faultOf(asked) };
    if (this.#nickname === undefined) return { type: asked.type, status: false, reason: 'UnknownRegister' };
    if (asked.type === 'send')
      return {
        type: 'send',
        username: this.#nickname,
        content: asked.content,
        status: false,
        ...this.#faultOf(asked),
      };
    const error = expect.stringContaining('limit');
    return { type: 'get', name: this.#nickname, status: false, reason: 'ErrorWhenGet', error };
  }

  /** What is wrong with a request: its form, or else that the house does not allow it. */
  #faultOf(asked: Request): Frame {
    if (asked.type === 'name')
      return asked.name === forbidden.nickname
        ? {
            reason: this.#nickname === undefined ? 'ErrorWhenRegister' : 'ErrorWhenChange',
            error: objections.nickname,
          }
        : { reason: 'WrongFormatName' };
    if (asked.type === 'send' && asked.content !== '')
      return { reason: 'ErrorWhenSend', error: this.#isMuted ? 'you are muted' : objections.content };
    return { reason: 'WrongFormatContent' };
  }

  #claim(name: unknown): Frame {
    return this.#nickname === undefined
      ? { type: 'name', action: 'register', name }
      : { type: 'name', action: 'change', oldname: this.#nickname, newname: name };
  }

  /** The reply to a `get`. A window asks for the newest message only. */
  #got(window: object | undefined): Frame {
    const total = this.#history.length;
    const data = { message: this.#history, online: [taken, this.#nickname] };
    const part = { ...data, message: this.#history.slice(-1), total, first: Math.max(0, total - 1) };
    const reply = { type: 'get', status: true, name: this.#nickname, timestamp };
    return { ...reply, data: window === undefined ? data : part };
  }
}
