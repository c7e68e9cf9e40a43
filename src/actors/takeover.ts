import { confirmPayload, confirmPingFrame } from './frame.ts';

export type TakeoverOptions = {
  writeControl: (frame: Buffer) => void;
  /** The client has its new secret. */
  confirm: () => void;
};

/** A takeover that the client must confirm: the reply with the new secret can be lost with the connection (P-RES-2). */
export class Takeover {
  readonly #options: TakeoverOptions;
  #isOpen = false;

  constructor(options: TakeoverOptions) {
    this.#options = options;
  }

  /** Called behind the reply: sends a ping whose pong confirms it. */
  begin(): void {
    this.#isOpen = true;
    this.#options.writeControl(confirmPingFrame);
  }

  /** Takes the payload of a pong. */
  pong(payload: Buffer): void {
    if (!this.#isOpen || !payload.equals(confirmPayload)) return;
    this.#isOpen = false;
    this.#options.confirm();
  }
}
