/**
 * Feeds our events to the hosted Stately inspector, a page of another site in a frame. The inspector first tells every
 * newcomer all live actors. So it is asked only when the hosted page has said that it listens, and asked anew when that
 * page begins anew: no event has to be kept for it.
 */
import type { Outcome } from '../../src/inspect/faults/orders.ts';
import type { Told } from '../../src/inspect/told.ts';
import { Link, type Trouble } from './link.ts';

/** `offline`: the hosted page does not answer. */
export type FeedStatus = 'connecting' | 'live' | 'offline' | Trouble;

export type FeedOptions = {
  frame: HTMLIFrameElement;
  /** Where the inspector tells its events. */
  eventsUrl: string;
  onStatus: (status: FeedStatus) => void;
};

/** The page that `@statelyai/inspect` opens by default. */
const hosted = new URL('https://stately.ai/inspect');
/** How long the hosted page may be silent, in milliseconds. A frame does not say whether its page was found. */
const patienceMs = 10_000;

export class Feed {
  readonly #options: FeedOptions;
  #link: Link | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The page in the frame has been told of actors. */
  #isFed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    addEventListener('message', (message) => this.#hear(message));
    this.load();
  }

  /** Loads the hosted page anew. A page that answers too late is fed nevertheless. */
  load(): void {
    this.#hangUp();
    const { frame, onStatus } = this.#options;
    if (!navigator.onLine) {
      onStatus('offline');
      return;
    }
    onStatus('connecting');
    this.#timer = setTimeout(() => onStatus('offline'), patienceMs);
    frame.src = hosted.href;
  }

  /** Any page may send messages to this one; only those of the hosted page count. */
  #hear({ source, origin, data }: MessageEvent): void {
    if (source !== this.#options.frame.contentWindow || origin !== hosted.origin) return;
    if (Object(data).type !== '@statelyai.connected') return;
    this.#isFed = false;
    if (!this.#link?.isOpening) this.#connect();
  }

  #connect(): void {
    this.#hangUp();
    const { eventsUrl: url, onStatus } = this.#options;
    const onOpen = () => {
      // After a break the hosted page would show actors for ever that have ended in the meantime.
      if (this.#isFed) this.load();
      else onStatus('live');
    };
    this.#link = new Link({ url, onOpen, onClose: onStatus });
    this.#link.listen((told) => this.#tell(told));
  }

  /** Passes on Stately's kinds of event. It does not know ours, `@chat.…`. */
  #tell(told: Told | Outcome): void {
    if (!told.type.startsWith('@xstate.')) return;
    this.#isFed = true;
    this.#options.frame.contentWindow?.postMessage(told, hosted.origin);
  }

  #hangUp(): void {
    clearTimeout(this.#timer);
    this.#link?.close();
    this.#link = undefined;
  }
}
