import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isNamed, mayConnect, nameOf } from '../../src/hosting/origins.ts';

const request = { host: 'chat.example', scheme: undefined, isLoopback: false };

test.each([
  ['https://chat.example', 'chat.example', undefined, true],
  ['http://chat.example', 'chat.example', undefined, true],
  ['https://chat.example', 'Chat.Example', undefined, true],
  ['https://chat.example', 'chat.example:443', undefined, true],
  ['http://chat.example:5000', 'chat.example:5000', undefined, true],
  ['https://chat.example', 'chat.example', 'https', true],
  ['http://chat.example', 'chat.example', 'https', false],
  ['http://chat.example', 'chat.example:443', undefined, false],
  ['http://chat.example:5000', 'chat.example', undefined, false],
  ['https://evil.example', 'chat.example', undefined, false],
  ['https://chat.example.evil.example', 'chat.example', undefined, false],
  ['https://chat.example@evil.example', 'chat.example', undefined, false],
  ['chat.example', 'chat.example', undefined, false],
  ['https://chat.example/', 'chat.example', undefined, false],
  ['chrome-extension://chat.example', 'chat.example', undefined, false],
  ['null', 'chat.example', undefined, false],
  ['', 'chat.example', undefined, false],
  ['http://[::1]:5000', '[::1]:5000', undefined, true],
  ['http://localhost:3000', 'localhost:5000', undefined, false],
  ['https://chat.example', undefined, undefined, false],
  ['https://chat.example', 'chat.example/..', undefined, false],
] as const)('pages of %j may connect to the host %j (spoken: %s): %s', (origin, host, scheme, expected) => {
  expect(mayConnect({ origin, host, scheme, isLoopback: false }, [], false)).toBe(expected);
});

test('whether a page may connect is a matter of few things', () => {
  const own = 'https://chat.example';
  const local = ['null', 'http://localhost:3000', 'http://a.localhost', 'http://127.0.0.1', 'http://[::1]:9'];
  const others = ['https://blog.example', 'https://localhost.evil.example', 'http://128.0.0.1', 'x'];
  const origin = fc.constantFrom(undefined, own, ...local, ...others);
  const allowed = fc.constantFrom<string[]>(
    [],
    ['*'],
    ['https://blog.example'],
    ['https://shop.example', own],
  );
  fc.assert(
    fc.property(origin, allowed, fc.boolean(), fc.boolean(), (from, list, isRequired, isLoopback) => {
      const model =
        from === undefined
          ? !isRequired
          : list.length > 0
            ? list.includes('*') || list.includes(from)
            : from === own || (isLoopback && local.includes(from));
      expect(mayConnect({ ...request, origin: from, isLoopback }, list, isRequired)).toBe(model);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['chat.example', true],
  ['CHAT.example:5000', true],
  ['chat.example.', true],
  ['localhost:5000', true],
  ['192.0.2.7:5000', true],
  ['[2001:db8::7]:5000', true],
  ['evil.example', false],
  ['chat.example.evil.example', false],
  ['evil.example:5000', false],
  ['192.0.2.7.evil.example', false],
  ['', false],
  [undefined, false],
  ['evil.example#chat.example', false],
  ['chat.example/evil.example', false],
  ['evil@chat.example', false],
])('a server called chat.example answers as %j: %s', (host, expected) => {
  expect(isNamed(host, ['chat.example'])).toBe(expected);
});

test('a Host of any bytes is harmless, however often one comes', () => {
  const byte = (seed: number) => String.fromCharCode(128 + (seed % 128));
  // Node compiles what has run some thousand times, and may compile it wrongly.
  const ask = () => {
    for (let seed = 0; seed < 30_000; seed++) {
      const host = byte(seed) + byte(seed >> 7);
      isNamed(host, []);
      mayConnect({ ...request, host, origin: 'http://chat.example' }, [], false);
    }
  };
  expect(ask).not.toThrow();
  expect(isNamed('chât.example', [nameOf('chât.example')])).toBe(true);
});
