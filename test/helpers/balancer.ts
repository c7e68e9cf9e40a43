import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP load balancer: each connection is led to the next server, and past those that do not listen. */
export class Balancer {
  readonly url: string;
  /** The servers behind it. */
  urls: readonly string[] = [];
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  #turn = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on('connection', (client) => void this.#take(client));
  }

  static async start(): Promise<Balancer> {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Balancer(server);
  }

  /** Cuts all connections off and takes no more. */
  close(): void {
    this.#server.close();
    for (const client of this.#clients) client.destroy();
  }

  async #take(client: Socket): Promise<void> {
    this.#clients.add(client);
    client.on('error', () => {});
    client.on('close', () => this.#clients.delete(client));
    const server = await this.#connect();
    if (server === undefined || client.destroyed) {
      server?.destroy();
      client.destroy();
      return;
    }
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.pipe(other);
      one.on('close', () => other.destroySoon());
    }
  }

  /** Connects to the next server that listens. */
  async #connect(): Promise<Socket | undefined> {
    for (const _ of this.urls) {
      const url = this.urls[this.#turn++ % this.urls.length] ?? '';
      const server = connect({ host: '127.0.0.1', port: Number(new URL(url).port), allowHalfOpen: true });
      const isOpen = await once(server, 'connect').then(
        () => true,
        () => false,
      );
      server.on('error', () => {});
      if (isOpen) return server;
    }
    return undefined;
  }
}
