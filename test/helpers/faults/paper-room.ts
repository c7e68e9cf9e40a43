import type { Frame } from '../client.ts';
import type { Message } from '../talker.ts';
import type { Life, Records } from './records.ts';

/** A room on paper: makes the records of clients to whom the right thing is told. Each act takes a second. */
export class PaperRoom {
  readonly records: Records = {
    lives: [],
    faults: [],
    lease: 1,
    history: [],
    stored: [],
    removed: [],
    bytes: '',
    online: [],
    quietAt: Number.POSITIVE_INFINITY,
  };
  readonly #members = new Map<Life, string>();
  #now = 0;

  /** Opens a connection to a process. */
  open(process: number): Life {
    const life: Life = { process, openedAt: this.tick(), asked: [], heard: [] };
    this.records.lives.push(life);
    return life;
  }

  /** Registers or changes the nickname. `resume` is the secret of `lost`, if that holding goes on. */
  name(life: Life, name: string, resume?: string, lost?: Life): void {
    const oldname = this.#members.get(life);
    const timestamp = this.#stamp();
    life.asked.push({ data: 'name', name, ...(resume && { resume }) });
    const names = oldname === undefined ? { name } : { oldname, newname: name };
    const action = oldname === undefined ? 'register' : 'change';
    this.#hear(life, { type: 'name', action, ...names, status: true, timestamp });
    if (lost === undefined) {
      this.#tell(life, { datatype: action, ...names, timestamp });
      this.#members.set(life, name);
      this.#list((online) =>
        oldname === undefined ? [...online, name] : online.map((one) => (one === oldname ? name : one)),
      );
    } else {
      this.#members.delete(lost);
      this.#members.set(life, name);
    }
  }

  say(life: Life, content: string, name = this.#members.get(life) ?? ''): void {
    const message: Message = { name, content, timestamp: this.#stamp() };
    life.asked.push({ data: 'send', content });
    this.#hear(life, { type: 'send', ...message, status: true });
    this.#tell(life, { datatype: 'message', ...message });
    this.records.history.push(message);
    this.records.stored.push(message);
  }

  /** A moderator removes a message. */
  remove(position: number): void {
    const { history, stored, removed } = this.records;
    const left = { ...(history[position] as Message), content: '' };
    history[position] = left;
    stored[position] = left;
    removed.push(position);
    this.#tell(undefined, { datatype: 'remove', position, timestamp: this.#stamp() });
  }

  get(life: Life, after = 0): void {
    const { history, online } = this.records;
    life.asked.push({ data: 'get', after });
    const data = { message: history.slice(after), online: [...online], total: history.length, first: after };
    this.#hear(life, {
      type: 'get',
      status: true,
      name: this.#members.get(life),
      timestamp: this.#stamp(),
      data,
    });
  }

  /** Asks for something that is refused. */
  refuse(life: Life, request: Frame, reply: Frame): void {
    life.asked.push(request);
    this.#hear(life, { type: request['data'], ...reply, status: false });
  }

  ping(life: Life): void {
    this.#hear(life, { type: 'ping', timeout: 1 });
  }

  /** Ends a connection; the holding goes on if it `lingers`. */
  end(life: Life, by: 'client' | 'server', code: number, lingers = false): void {
    life.end = { at: this.tick(), code, by };
    if (!lingers) this.leave(life);
  }

  /** Lets the member of a connection leave. */
  leave(life: Life): void {
    const name = this.#members.get(life);
    if (name === undefined) return;
    this.#members.delete(life);
    this.#list((online) => online.filter((one) => one !== name));
    this.#tell(life, { datatype: 'leave', name, timestamp: this.#stamp() });
  }

  /** Lets a second pass. */
  tick(): number {
    this.#now += 1000;
    return this.#now;
  }

  #stamp = () => `22/11/2026 10/${String(this.tick()).padStart(6, '0')}`;

  #list(change: (online: string[]) => string[]): void {
    this.records.online = change(this.records.online);
  }

  #hear(life: Life, frame: Frame): void {
    if (life.end === undefined) life.heard.push({ at: this.#now, frame });
  }

  #tell(author: Life | undefined, event: Frame): void {
    for (const life of this.#members.keys())
      if (life !== author) this.#hear(life, { type: 'receive', ...event });
  }
}
