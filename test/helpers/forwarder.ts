import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * A reverse proxy, as far as a handshake is concerned: it adds the address at which it sees its client to the
 * `X-Forwarded-For` of the first request, and passes everything else on. Closed after the test.
 */
export async function newForwarder(target: string, clientAddress: string): Promise<string> {
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(target).port), '127.0.0.1');
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroySoon());
    }
    client.once('data', (head: Buffer) => {
      upstream.write(forward(head.toString('latin1'), clientAddress), 'latin1');
      client.pipe(upstream);
    });
    upstream.pipe(client);
    onTestFinished(() => void client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function forward(head: string, address: string): string {
  const line = /^X-Forwarded-For: (.*)\r\n/im;
  const [, chain] = line.exec(head) ?? [];
  const added = [chain, address].filter(Boolean).join(', ');
  return head.replace(line, '').replace('\r\n', `\r\nX-Forwarded-For: ${added}\r\n`);
}
