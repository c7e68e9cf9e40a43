/**
 * Feeds the hosted Stately inspector, a page of another site in a frame, with the events of ours. Who connects to the
 * inspector is told all live actors first, so it is asked only when that page has said that it listens: nothing is kept
 * for it meanwhile, and when it begins anew it is told everything anew.
 */

/** `offline`: the hosted page does not answer; `away`: the inspector does not. */
export type FeedStatus = 'connecting' | 'live' | 'away' | 'offline';

export type FeedOptions = {
  frame: HTMLIFrameElement;
  /** Where the inspector tells its events. */
  eventsUrl: string;
  onStatus: (status: FeedStatus) => void;
};

/** What `@statelyai/inspect` opens if it is told nothing else. */
const hosted = new URL('https://stately.ai/inspect');
/** Milliseconds until its silence counts: a frame does not tell whether its page was found. */
const patience = 10_000;
/** Milliseconds until the inspector is tried again. */
const retryTime = 2000;

export class Feed {
  readonly #options: FeedOptions;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Has the page in the frame been told of actors? */
  #isFed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    addEventListener('message', (message) => this.#hear(message));
    this.load();
  }

  /** Begins again, with the hosted page. It may answer late; then it is fed as well. */
  load(): void {
    this.#hangUp();
    const { frame, onStatus } = this.#options;
    if (!navigator.onLine) {
      onStatus('offline');
      return;
    }
    onStatus('connecting');
    this.#timer = setTimeout(() => onStatus('offline'), patience);
    frame.src = hosted.href;
  }

  /** Any page may send messages to this one; only the hosted page's own word counts. */
  #hear({ source, origin, data }: MessageEvent): void {
    if (source !== this.#options.frame.contentWindow || origin !== hosted.origin) return;
    if (Object(data).type !== '@statelyai.connected') return;
    this.#isFed = false;
    if (this.#socket?.readyState !== WebSocket.CONNECTING) this.#connect();
  }

  #connect(): void {
    this.#hangUp();
    const { eventsUrl, onStatus } = this.#options;
    const socket = new WebSocket(eventsUrl);
    socket.onopen = () => {
      // After a break it would show those forever who have gone meanwhile.
      if (this.#isFed) this.load();
      else onStatus('live');
    };
    socket.onmessage = ({ data }) => this.#tell(JSON.parse(data));
    socket.onclose = () => {
      onStatus('away');
      this.#timer = setTimeout(() => this.#connect(), retryTime);
    };
    this.#socket = socket;
  }

  /** Hands on Stately's kinds of event; ours, `@chat.…`, it would not know. */
  #tell(event: { type: string }): void {
    if (!event.type.startsWith('@xstate.')) return;
    this.#isFed = true;
    this.#options.frame.contentWindow?.postMessage(event, hosted.origin);
  }

  #hangUp(): void {
    clearTimeout(this.#timer);
    if (this.#socket === undefined) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = undefined;
  }
}
