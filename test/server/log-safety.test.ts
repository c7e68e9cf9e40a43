import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newClient, newMember } from '../helpers/client.ts';
import { newLimitedProcess } from '../helpers/limited.ts';
import { newProcess, type ServerProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';

const forms = ['pretty', 'json'] as const;

async function start(args: string[]): Promise<ServerProcess> {
  return newProcess(['--port', '0', '--data', join(await newFolder(), 'data.json'), ...args]);
}

/** What a terminal obeys, or what turns text around or breaks its line. */
const hostile = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const nicknames = [
  'đỏ \u001b[31m',
  'tiêu đề \u001b]0;của tôi\u0007',
  'C1 \u009b31m',
  'hai\ndòng',
  'về đầu\rdòng',
  'lùi\b\b\b',
  'xóa\u007f',
  'ngược \u202egnod',
  'cô lập \u2067abc',
  'dòng\u2028mới',
  'không\u0000',
];

test.each(forms)(
  'the %s log shows no nickname and no message raw that could play with the terminal',
  async (form) => {
    const args = ['--log', form, '--log-level', 'debug', '--log-content', '--nickname-comparison', 'exact'];
    const server = await start(args);
    const url = await server.url();
    const an = await newMember(url, 'An');
    for (const name of nicknames) {
      expect(await an.ask({ data: 'name', name })).toMatchObject({ status: true });
      expect(await an.ask({ data: 'send', content: name })).toMatchObject({ status: true });
      await an.ask({ data: 'get' });
      await an.ask({ data: name });
    }
    await an.leave();
    await server.stop('SIGTERM');
    // `lines` end where readline ends them: at \n, \r, \u2028 and \u2029.
    const lines = server.lines.length;
    expect(server.lines.filter((line) => hostile.test(line))).toEqual([]);
    // All but five of the refusals are counted in one line.
    expect(lines).toBe((form === 'pretty' ? 2 : 1) + 5 + nicknames.length * 6 + 5 + 1);
  },
);

test('the pretty log: a nickname cannot end its own quotes', async () => {
  const server = await start(['--log', 'pretty']);
  const an = await newMember(await server.url(), 'An" 127.0.0.1 ‼ error "');
  await an.leave();
  const an2 = await newMember(await server.url(), 'viết \\u{1b} bằng tay');
  await an2.leave();
  await server.stop('SIGTERM');
  const shown = server.lines.filter((line) => line.includes('register c')).map((line) => line.slice(12));
  expect(shown).toEqual([
    String.raw`★ register c1 "An\" 127.0.0.1 ‼ error \""`,
    String.raw`★ register c2 "viết \\u{1b} bằng tay"`,
  ]);
});

test.each(forms)('a reader of the %s log that goes away takes only the log with it', async (form) => {
  const server = await start(['--log', form]);
  const an = await newMember(await server.url(), 'An');
  server.child.stdout.destroy();
  for (let count = 0; count < 200; count++)
    expect(await an.ask({ data: 'send', content: 'còn đó không?' })).toMatchObject({ status: true });
  await newMember(await server.url(), 'Bình');
  server.child.kill('SIGTERM');
  expect(await an.closed()).toBe(1001);
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test.each(forms)('a reader of the %s log that stops reading stops nobody else', async (form) => {
  const server = await start(['--log', form, '--log-content', '--max-content', '20000']);
  const an = await newMember(await server.url(), 'An');
  server.child.stdout.pause();
  onTestFinished(() => void server.child.stdout.resume());
  // More than the pipe holds, though no more than 89 of these messages are logged in a second.
  const content = 'x'.repeat(20_000);
  for (let count = 0; count < 100; count++)
    expect(await an.ask({ data: 'send', content })).toMatchObject({ status: true });
  const binh = await newMember(await server.url(), 'Bình');
  expect(await binh.ask({ data: 'get', limit: 1 })).toMatchObject({ data: { message: [{ content }] } });
});

/** Of how many lines the log says that it left them out. */
const leftOut = (server: ServerProcess) =>
  server.lines
    .map((line) => /… and ([\d,]+) more lines in the last second/.exec(line)?.[1] ?? '0')
    .reduce((sum, count) => sum + Number(count.replaceAll(',', '')), 0);

test.each(forms)('the %s log is whole at the end: what it has not shown, it has counted', async (form) => {
  const server = await start(['--log', form]);
  const url = await server.url();
  await Promise.all(Array.from({ length: 200 }, () => newClient(url)));
  await server.stop('SIGTERM');
  const shown = server.lines.filter((line) =>
    /"kind":"(?:connect|close)"|(?:○ connect|● close) c\d+ /.test(line),
  );
  expect(leftOut(server)).toBeGreaterThan(0);
  expect(shown.length + leftOut(server)).toBe(400);
  if (form === 'json') for (const line of server.lines) expect(JSON.parse(line)).toHaveProperty('msg');
});

test.each(forms)(
  'a flood of refusals under a nickname of format characters fills the %s log with lines neither many nor long',
  async (form) => {
    const server = await start(['--log', form, '--nickname-comparison', 'exact']);
    const an = await newMember(await server.url(), '\u{e0001}'.repeat(100));
    for (let count = 0; count < 20_000; count++) an.sayRaw('{');
    for (let count = 0; count < 20_000; count++) await an.next();
    await an.leave();
    await server.stop('SIGTERM');
    const refusals = server.lines.filter((line) => /"kind":"refusal"|✗ refusal c/.test(line));
    expect(refusals).toHaveLength(6);
    expect(refusals.at(-1)).toMatch(/"more":19995\b|and 19,995 more$/);
    for (const line of server.lines) expect(Buffer.byteLength(line)).toBeLessThan(400);
  },
);

test.each(forms)(
  'P-SEND-3: in the %s log a full history is one line and a count, however many messages it refuses',
  async (form) => {
    const server = await start(['--log', form, '--max-history', '1KiB', '--max-content', '2000']);
    const [an, binh] = [
      await newMember(await server.url(), 'An'),
      await newMember(await server.url(), 'Bình'),
    ];
    const refuse = async () => {
      for (const member of [an, binh])
        for (let count = 0; count < 500; count++)
          expect(await member.ask({ data: 'send', content: 'x'.repeat(2000) })).toMatchObject({
            status: false,
          });
    };
    await an.next();
    await refuse();
    expect(await binh.ask({ data: 'send', content: 'x' })).toMatchObject({ status: true });
    await an.next();
    await refuse();
    await server.stop('SIGTERM');
    const errors = server.lines.filter((line) => line.includes('the history is full: it may have 1 KiB'));
    const more = errors.map((line) => /"more":999\b|and 999 more$/.test(line));
    expect(more).toEqual([false, true, false, true]);
  },
);

test.each(forms)('P-DB-4: the %s log says how much of a torn file was kept and removed', async (form) => {
  const dataFile = join(await newFolder(), 'data.json');
  const whole = '{"name":"An","content":"x","timestamp":"22/11/2026 10/0600"}';
  writeFileSync(dataFile, `[${whole},\n{"name":"An","con`);
  const server = newProcess(['--port', '0', '--data', dataFile, '--log', form, '--log-level', 'warn']);
  await server.url();
  await server.stop('SIGTERM');
  const repairs = server.lines.filter(
    (line) => /"kind":"repair"|✚ repair (?! )/.test(line) && line.includes(dataFile),
  );
  expect(repairs).toHaveLength(1);
  expect(repairs[0]?.split(dataFile)[1]).toMatch(/\b1\b.*\b19\b/);
  expect(JSON.parse(readFileSync(dataFile, 'utf8'))).toHaveLength(1);
});

test.each(forms)(
  'P-SEND-3: the %s log says why a message could not be stored, without its text',
  async (form) => {
    const dataFile = join(await newFolder(), 'data.json');
    const server = newLimitedProcess('-f 1', ['--port', '0', '--data', dataFile, '--log', form]);
    const an = await newMember(await server.url(), 'An');
    for (let status: unknown = true; status === true; )
      ({ status } = await an.ask({ data: 'send', content: `bí mật ${'x'.repeat(90)}` }));
    server.child.kill('SIGTERM');
    const [code] = await once(server.child, 'close');
    expect(code).toBe(0);
    const errors = server.lines.filter((line) => /"kind":"error"|‼ error c/.test(line));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('file too large (EFBIG)');
    expect(server.lines.join('\n')).not.toContain('bí mật');
  },
);
