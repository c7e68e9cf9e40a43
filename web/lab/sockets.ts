/** The lab's clients: real WebSockets to the chat. Each of their frames is recorded. */
import type { ClientStatus } from './picture.ts';
import type { Draft } from './recorded.ts';
import { isReply, objectIn } from './rules.ts';
import { waitFor } from './wait.ts';

type Recorder = (draft: Draft) => void;

/** Milliseconds that a client waits for a frame. */
const patienceMs = 10_000;

export class Client {
  readonly id: string;
  readonly #socket: WebSocket;
  readonly #record: Recorder;
  readonly #listeners = new Set<(text: string) => void>();
  readonly opened: Promise<void>;
  /** The code that it was closed with, if there was one. */
  readonly closed: Promise<number | undefined>;
  /** The request with which another client comes back for its nickname, if it has been given a secret (P-RES-2). */
  comeBack: object | undefined;
  #end = (_code?: number) => {};

  /** `page` is an inner page that goes with the connection. */
  constructor(id: string, url: string, page: HTMLIFrameElement, record: Recorder) {
    this.id = id;
    this.#record = record;
    record({ kind: 'client', client: id, status: 'connecting' });
    const { WebSocket } = page.contentWindow as Window & typeof globalThis;
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onmessage = ({ data }) => {
      const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
      record({ kind: 'got', client: id, text: recordable(text) });
      const { name, newname = name, resume } = objectIn(text);
      if (resume !== undefined) this.comeBack = { data: 'name', name: newname, resume };
      for (const listener of this.#listeners) listener(text);
    };
    this.opened = new Promise((resolve) => {
      this.#socket.onopen = () => {
        record({ kind: 'client', client: id, status: 'open' });
        resolve();
      };
    });
    this.closed = new Promise((resolve) => {
      this.#end = (code) => {
        page.remove();
        record({ kind: 'client', client: id, status: 'closed', ...(code !== undefined && { code }) });
        resolve(code);
      };
    });
    this.#socket.onclose = ({ code }) => this.#end(code);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get status(): ClientStatus {
    if (this.isOpen) return 'open';
    return this.#socket.readyState === WebSocket.CONNECTING ? 'connecting' : 'closed';
  }

  say(text: string): void {
    if (!this.isOpen) return;
    this.#record({ kind: 'sent', client: this.id, text: recordable(text) });
    this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }

  /** Lets its page go, so the browser breaks the connection as it does at a reload. Nobody says with which code. */
  drop(): void {
    this.#socket.onclose = null;
    this.#end();
  }

  /** Hears every frame until the returned function is called. */
  listen(listener: (text: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The next frame of this kind. Rejects when none comes in time, or when none can come any more. */
  next(isIt: (text: string) => boolean, limitMs = patienceMs): Promise<string> {
    return waitFor(
      (onFound, onFailed) => {
        void this.closed.then(() => onFailed('the connection was closed'));
        return this.listen((text) => {
          if (isIt(text)) onFound(text);
        });
      },
      limitMs,
      'it did not come',
    );
  }

  /** Says something and waits for its reply. */
  async ask(request: object): Promise<Record<string, unknown>> {
    const reply = this.next(isReply);
    this.say(JSON.stringify(request));
    return JSON.parse(await reply);
  }
}

/** Opens clients one after another, so that each can be recognized by the connection that appears. */
export class Clients {
  readonly all = new Map<string, Client>();
  readonly #url: string;
  readonly #record: Recorder;
  #opening: Promise<unknown> = Promise.resolve();
  #made = 0;

  constructor(url: string, record: Recorder) {
    this.#url = url;
    this.#record = record;
  }

  /** Resolves to a client whose connection is open or was refused, once `isKnown` says that its actor is known, or soon. */
  open(isKnown: (id: string) => boolean): Promise<Client> {
    const opening = this.#opening.then(async () => {
      const page = await newInnerPage();
      const client = new Client(letters(this.#made++), this.#url, page, this.#record);
      this.all.set(client.id, client);
      await Promise.race([client.opened, client.closed]);
      for (let turn = 0; turn < 25 && !isKnown(client.id); turn++)
        await new Promise((resolve) => setTimeout(resolve, 20));
      return client;
    });
    this.#opening = opening;
    return opening;
  }

  remove(id: string): void {
    const client = this.all.get(id);
    this.all.delete(id);
    client?.close();
    this.#record({ kind: 'client', client: id, status: 'removed' });
  }
}

/** An empty page inside this one, out of sight. */
const newInnerPage = () =>
  new Promise<HTMLIFrameElement>((resolve) => {
    const page = document.createElement('iframe');
    page.hidden = true;
    page.onload = () => resolve(page);
    document.body.append(page);
  });

/** A frame as it is recorded: without a secret, but of the same length, which tells whose frame the inspector has told. */
const recordable = (text: string) =>
  text.replace(
    /("resume"\s*:\s*")([^"]+)/g,
    (_, key: string, secret: string) => key + '*'.repeat(secret.length),
  );

/** A, B, …, Z, AA, AB, … */
const letters = (index: number): string =>
  (index < 26 ? '' : letters(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));
