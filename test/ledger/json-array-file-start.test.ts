import { execFile } from 'node:child_process';
import { chmod, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { JsonArrayFile } from '../../src/ledger/json-array-file.ts';
import { StartError } from '../../src/start-error.ts';
import { builtLedger, runLimited } from '../helpers/disk.ts';
import { append, messageOf, messagesIn, messagesOf, openFile } from '../helpers/history-file.ts';
import { socketsIn } from '../helpers/lock-owner.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newFolder } from '../helpers/server.ts';

const run = promisify(execFile);
const json = JSON.stringify(messageOf(0));

/** What opening and reading a file rejects with. */
async function refusalOf(path: string): Promise<StartError> {
  const error = await openFile(path).then(
    () => undefined,
    (reason) => reason,
  );
  if (!(error instanceof StartError)) throw new Error(`not a StartError: ${error}`);
  return error;
}

/** Opens and reads a file in a process that is not root, since root may do anything. Resolves to the result. */
async function openAsNobody(path: string): Promise<string> {
  const module = `
    import { JsonArrayFile } from '${builtLedger}json-array-file.js';
    // Only now, for the built files themselves may lie where nobody may read.
    if (process.getuid() === 0) {
      process.setgroups([]);
      process.setgid(65534);
      process.setuid(65534);
    }
    const open = () => JsonArrayFile.open(process.argv[1]);
    const text = await open().then(
      async (file) => (await file.read()).length + ' messages',
      (error) => error.code + ': ' + error.message,
    );
    console.log(text);
    process.exit();`;
  return (await run(process.execPath, ['--input-type=module', '-e', module, path])).stdout;
}

/** Opening must be refused with this, followed by the user and a command, and that command must mend it. */
async function expectMendable(path: string, refusal: string): Promise<void> {
  const [error = '', advice = ''] = (await openAsNobody(path)).split('; ');
  const uid = process.getuid?.() || 65_534;
  expect(error).toBe(`DATA_UNUSABLE: ${refusal}: this process runs as uid ${uid}`);
  const [, command = ''] = /^(.*) as root mends it\n$/.exec(advice) ?? [];
  expect(command).toContain(`chown -R ${uid} "${dirname(path)}"`);
  await run('sh', ['-c', command]);
  expect(await openAsNobody(path)).toBe('0 messages\n');
}

test.each([
  ['{"messages":[]}', 1, 0],
  ['[1, 2, 3]', 1, 1],
  [`[${json}\n,${json},\n]`, 3, 2 * Buffer.byteLength(json) + 5],
  [`[\n${json}\n]\n[]`, 4, Buffer.byteLength(json) + 5],
  [`[\r\n${json},\r\n{"id":1}]`, 3, Buffer.byteLength(json) + 6],
  ['[{"id": 1, "tags": [', 1, 1],
  [`${'\n'.repeat(1024 * 1024 + 5)}x`, 1024 * 1024 + 6, 1024 * 1024 + 5],
])(
  'P-DB-2: the refusal names file, line and byte, and no byte is touched (%#)',
  async (content, line, byte) => {
    const path = join(await newFolder(), 'data.json');
    await writeFile(path, content);
    const before = await stat(path, { bigint: true });
    const { code, message } = await refusalOf(path);
    expect(code).toBe('DATA_INVALID');
    expect(message).toContain(path);
    expect(message).toContain(`line ${line}, byte ${byte}:`);
    expect(message).not.toContain('\n');
    const after = await stat(path, { bigint: true });
    expect(await readFile(path, 'utf8')).toBe(content);
    expect([after.mtimeNs, after.ctimeNs, after.ino]).toEqual([before.mtimeNs, before.ctimeNs, before.ino]);
  },
);

test('P-DB-4, P-DB-2: of the two files in docs/protocol.md, the first is mended and the second refused', async () => {
  const page = await readFile(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  const [torn, wrong, ...others] = page.match(/(?<=```json\n)[^`]+?(?=\n```)/g) ?? [];
  expect(others).toEqual([]);
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, `${torn}`);
  expect(messagesOf((await openFile(path)).history)).toEqual([expect.objectContaining({ name: 'An' })]);
  const otherPath = join(await newFolder(), 'data.json');
  await writeFile(otherPath, `${wrong}`);
  expect((await refusalOf(otherPath)).message).toContain('line 2, byte ');
});

test('P-DB-4: a torn file is repaired at the start, which reports what it kept and removed', async () => {
  const { messages, text } = publishedHistory(300);
  const bytes = Buffer.from(text);
  const path = join(await newFolder(), 'data.json');
  for (let length = 1; length < bytes.length; length += 311) {
    await writeFile(path, bytes.subarray(0, length));
    const opened = await openFile(path);
    const kept = messagesOf(opened.history);
    expect(kept).toEqual(messages.slice(0, kept.length));
    const end = Buffer.byteLength(JSON.stringify(kept)) + kept.length * 5 + Math.max(0, kept.length - 1) - 1;
    expect(opened.repairs).toEqual([{ path, messages: kept.length, bytes: length - end }]);
    expect(await messagesIn(path)).toEqual(kept);
    await append(opened, [messageOf(1)]);
    expect(await messagesIn(path)).toEqual([...kept, messageOf(1)]);
    await opened.file.close();
    const again = await openFile(path);
    expect(again.repairs).toEqual([]);
    await again.file.close();
  }
});

test('P-DB-4: a file of nothing but zero bytes, as a power loss leaves a new one, is empty', async () => {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, '\0\0');
  expect((await openFile(path)).history.length).toBe(0);
  expect(await readFile(path, 'utf8')).toBe('[]');
});

test('P-DB-4: a file whose last blocks are zero bytes is mended', async () => {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, `[${json}\n,{"name":"An","content":"ch`);
  await truncate(path, 10_000);
  const opened = await openFile(path);
  expect(opened.repairs).toEqual([{ path, messages: 1, bytes: 10_000 - 1 - Buffer.byteLength(json) }]);
  expect(await readFile(path, 'utf8')).toBe(`[${json}\n]`);
});

test.each([`[${json},{"name"`, `[${json}, {"name"`, `[${json}\n,{"name"`, `[${json}`, `[${json}]\0\0`])(
  'P-DB-4: a start that is stopped halfway through the repair of %j leaves a file that the next can repair',
  async (torn) => {
    // The end of what is kept lies on the seam of two blocks, of which only the first can be written.
    const pad = 512 - ((1 + Buffer.byteLength(json)) % 512) - 1;
    const path = join(await newFolder(), 'data.json');
    await writeFile(path, ' '.repeat(pad) + torn);
    const module = `
      import { JsonArrayFile } from '$0json-array-file.js';
      const file = await JsonArrayFile.open(process.argv[1]);
      console.log(await file.read().then(() => 'mended', (error) => error.code));
      await file.close();`;
    expect(await runLimited(1, module, path)).toBe('DATA_UNUSABLE\n');
    expect(messagesOf((await openFile(path)).history)).toEqual([messageOf(0)]);
    expect(await messagesIn(path)).toEqual([messageOf(0)]);
  },
);

test('P-DB-2: a folder, a pipe, a socket or a device in the file’s place is refused', async () => {
  const folder = await newFolder();
  const [pipe, socket] = [join(folder, 'pipe'), join(folder, 'socket')];
  await run('mkfifo', [pipe]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => void server.close());
  for (const path of [folder, pipe, socket, '/dev/null']) {
    const { code, message } = await refusalOf(path);
    expect(code, path).toBe('DATA_UNUSABLE');
    expect(message).toContain(path);
  }
});

test('P-DB-1: a history of nicknames that nobody could take today loads as it is', async () => {
  const path = join(await newFolder(), 'data.json');
  const messages = ['An\n', '\u0000', '\u202enA', '\u2800', '\ue000', ''].map((name) => ({
    name,
    content: 'x',
    timestamp: 't',
  }));
  await writeFile(path, JSON.stringify(messages));
  expect(messagesOf((await openFile(path)).history)).toEqual(messages);
});

test('P-DB-5: a folder that can never be made is refused, though the system only says that it is not there', async () => {
  expect(await refusalOf('/proc/x/y/data.json')).toMatchObject({
    code: 'DATA_UNUSABLE',
    message: expect.stringContaining('/proc/x/y/data.json'),
  });
});

test('P-DB-5: a path that leads through a file, or in circles, is refused', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'file'), '[]');
  await symlink('circle', join(folder, 'circle'));
  for (const path of [join(folder, 'file', 'data.json'), join(folder, 'circle')]) {
    expect(await refusalOf(path)).toMatchObject({
      code: 'DATA_UNUSABLE',
      message: expect.stringContaining(path),
    });
  }
});

test('P-DB-2: a file that may not be written is refused', async () => {
  const folder = await newFolder();
  const path = join(folder, 'data.json');
  await writeFile(path, '[]');
  await Promise.all([chmod(folder, 0o755), chmod(path, 0o444)]);
  await expectMendable(path, `cannot open ${path}: permission denied (EACCES)`);
  expect(await readFile(path, 'utf8')).toBe('[]');
});

test('P-DB-2: a folder that cannot be made, or not be entered, is refused with the user', async () => {
  const folder = await newFolder();
  const path = join(folder, 'db', 'data.json');
  await chmod(folder, 0o555);
  const refusal = `DATA_UNUSABLE: cannot open ${path}: permission denied (EACCES): this process runs as uid`;
  const said = await openAsNobody(path);
  expect(said.startsWith(refusal)).toBe(true);
  expect(said).toContain(`; mkdir -p "${dirname(path)}" && chown -R `);
  await chmod(folder, 0o000);
  const other = await openAsNobody(path);
  expect(other).toMatch(/ uid \d+\n$/);
  expect(other.startsWith(refusal)).toBe(true);
  await chmod(folder, 0o755);
});

test('P-DB-3: a file whose folder takes no lock is refused, and the refusal says what the folder must allow', async () => {
  const folder = await newFolder();
  const path = join(folder, 'data.json');
  await writeFile(path, '[]');
  await Promise.all([chmod(folder, 0o555), chmod(path, 0o666)]);
  const cause = 'its folder must allow a socket file: permission denied (EACCES)';
  await expectMendable(path, `cannot lock ${path}: ${cause}`);
  expect(await readFile(path, 'utf8')).toBe('[]');
});

test('P-DB-3: a file whose lock belongs to another user is refused, and the refusal says what to do if that has ended', async () => {
  const folder = await newFolder();
  const path = join(folder, 'data.json');
  const { file } = await openFile(path);
  const [name = ''] = await socketsIn(folder);
  // Without root there is no other user, but a socket that may not be written to may not be connected to either.
  await Promise.all([chmod(folder, 0o777), chmod(path, 0o666), chmod(join(folder, name), 0o500)]);
  const { username, uid } = userInfo();
  const user = `user ${username} (uid ${uid})`;
  const held = `DATA_HELD: ${path} is held by ${user}, unless that has ended; then remove ${name}\n`;
  expect(await openAsNobody(path)).toBe(held);
  await file.close();
  expect(await openAsNobody(path)).toBe('0 messages\n');
});

test('P-DB-3: a file that was refused is free again', async () => {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, '{}');
  const file = await JsonArrayFile.open(path);
  await expect(file.read()).rejects.toMatchObject({ code: 'DATA_INVALID' });
  await file.close();
  await writeFile(path, '[]');
  expect((await openFile(path)).history.length).toBe(0);
});
