import { WebSocket } from 'ws';

/** What became of a client that registers and leaves. */
async function visit(url: string, name: string): Promise<string> {
  const socket = new WebSocket(url);
  const fate = new Promise<string>((resolve) => {
    socket.on('error', ({ message }) => resolve(message)).on('close', (code) => resolve(`${code}`));
  });
  socket.on('open', () => socket.send(JSON.stringify({ data: 'name', name })));
  socket.on('message', () => socket.close());
  return fate;
}

/** Fates of those who were served: they said goodbye, or were asked to come back. */
const served = ['1000', '1001', '1005'];

/** Clients that come and go without end. */
export class Visitors {
  readonly #fates: Record<string, number> = {};
  readonly #visitors: Promise<void>[];
  #isOver = false;

  constructor(url: string, count = 8) {
    this.#visitors = Array.from({ length: count }, async (_, visitor) => {
      for (let visits = 0; !this.#isOver; visits++) {
        const fate = await visit(url, `${visitor}-${visits}`);
        this.#fates[fate] = (this.#fates[fate] ?? 0) + 1;
      }
    });
  }

  /** Resolves to how many were served, and to the fates of those who were not. */
  async end(): Promise<{ served: number; others: string[] }> {
    this.#isOver = true;
    await Promise.all(this.#visitors);
    return {
      served: this.#fates['1005'] ?? 0,
      others: Object.keys(this.#fates).filter((fate) => !served.includes(fate)),
    };
  }
}
