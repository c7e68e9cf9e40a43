/** Several processes behind real proxies that are configured with the files in deploy. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { newAuthority } from '../helpers/authority.ts';
import { newClient } from '../helpers/client.ts';
import { newPort } from '../helpers/port.ts';
import { newCaddy, newNginx, nginxHere, snippet } from '../helpers/reverse-proxy.ts';
import { newTarget, type Target } from '../helpers/target.ts';

const hostOf = ({ url }: Target) => new URL(url).host;

/** Each resolves to the address at which both targets are reached through the proxy, and the authority of its certificate. */
const proxies = {
  async nginx(first: Target, second: Target) {
    const authority = await newAuthority();
    const { cert, key } = await authority.issue(['localhost']);
    const [port, plainPort] = [await newPort(), await newPort()];
    const upstream = await snippet('nginx-upstream.conf', {
      '127.0.0.1:5000': hostOf(first),
      '127.0.0.1:5001': hostOf(second),
    });
    const blocks = await snippet('nginx.conf', {
      ...nginxHere(port, plainPort),
      '/etc/ssl/chat.example/fullchain.pem': cert,
      '/etc/ssl/chat.example/privkey.pem': key,
      'proxy_pass http://127.0.0.1:5000;': changed(upstream),
    });
    await newNginx(upstream + blocks, port);
    return { url: `wss://localhost:${port}/`, ca: authority.ca };
  },
  async Caddy(first: Target, second: Target) {
    const authority = await newAuthority();
    const { cert, key } = await authority.issue(['localhost']);
    const port = await newPort();
    const blocks = await snippet('Caddyfile.upstreams', {
      'chat.example {': `https://localhost:${port} {\n\ttls ${cert} ${key}`,
      '127.0.0.1:5000': hostOf(first),
      '127.0.0.1:5001': hostOf(second),
    });
    await newCaddy(blocks, port);
    return { url: `wss://localhost:${port}/`, ca: authority.ca };
  },
};

/** The lines that the file tells its reader to write. */
const changed = (upstream: string) =>
  [...upstream.matchAll(/^# {5}(.*)$/gm)].map(([, line]) => line).join('\n');

test.each(Object.entries(proxies))(
  '%s gives each process its share of the connections, and those of one that ends to the other',
  async (_, newProxy) => {
    const [first, second] = [await newTarget(), await newTarget()];
    const { url, ca } = await newProxy(first, second);
    const come = async () => (await newClient(url, { ca })).next();
    for (let count = 0; count < 6; count++) await come();
    expect([first.headers.length, second.headers.length]).toEqual([3, 3]);
    await first.stop();
    for (let count = 0; count < 6; count++) await come();
    expect([first.headers.length, second.headers.length]).toEqual([3, 9]);
  },
);

/** An operations port that answers with `status`. Closed after the test. */
async function newOperations(host: string, port: number): Promise<{ status: number }> {
  const answer = { status: 200 };
  const server = createServer(({ url }, response) => {
    response.writeHead(url === '/readyz' ? answer.status : 404).end();
  }).listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return answer;
}

test('Caddy of the compose file gives connections to a process that is ready, however many it has already', async () => {
  const [port, opsPort, outside] = [await newPort(), await newPort(), await newPort()];
  const hosts = ['127.0.0.1', '127.0.0.2'];
  const [first, second] = await Promise.all(hosts.map((host) => newTarget(host, port)));
  const [, operations] = await Promise.all(hosts.map((host) => newOperations(host, opsPort)));
  if (first === undefined || second === undefined || operations === undefined) throw new Error('no hosts');
  operations.status = 503;
  const blocks = await snippet('../Caddyfile.redis', {
    '{$DOMAIN}': `http://127.0.0.1:${outside}`,
    'chat-1:5000': `127.0.0.1:${port}`,
    'chat-2:5000': `127.0.0.2:${port}`,
    'health_port 9100': `health_port ${opsPort}`,
    'health_interval 1s': 'health_interval 50ms',
  });
  await newCaddy(blocks, outside);
  /** How many connections the first has more than the second, after one more has come. */
  const lead = async () => {
    await (await newClient(`ws://127.0.0.1:${outside}/`)).next();
    return first.headers.length - second.headers.length;
  };
  await expect.poll(lead).toBe(5);
  operations.status = 200;
  await expect.poll(lead).toBe(0);
});
