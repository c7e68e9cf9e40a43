/** Several processes behind real proxies that are configured with the files in deploy. */
import { expect, test } from 'vitest';
import { newAuthority } from '../helpers/authority.ts';
import { newClient } from '../helpers/client.ts';
import { newPort } from '../helpers/port.ts';
import { newCaddy, newNginx, snippet } from '../helpers/reverse-proxy.ts';
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
      'listen 80;': `listen 127.0.0.1:${plainPort};`,
      'listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
      'server_name chat.example;': 'server_name localhost;',
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
