/** What a test leaves when it fails: recordings of its servers. */
import { execFile } from 'node:child_process';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readRecording } from '../../web/lab/recording.ts';
import { newFolder } from '../helpers/server.ts';
import { worldOf } from '../helpers/world.ts';

const run = promisify(execFile);

/** Runs these tests, some of which must fail; resolves to what Vitest printed, and where the recordings are. */
async function failed(tests: string): Promise<{ stdout: string; recordings: string }> {
  const folder = await newFolder();
  const helpers = resolve('test/helpers');
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await writeFile(
    join(folder, 'some.test.ts'),
    `import { expect, test } from 'vitest';
    import { newMember } from '${helpers}/client.ts';
    import { newServer } from '${helpers}/server.ts';
    import { newSystem } from '${helpers}/system.ts';
    ${tests}`,
  );
  const recordings = join(folder, 'recordings');
  const env = { ...process.env, RECORDINGS: recordings, NO_COLOR: '1', FORCE_COLOR: undefined };
  const vitest = resolve('node_modules/vitest/vitest.mjs');
  const running = run(process.execPath, [vitest, 'run', '--root', folder], { cwd: folder, env });
  const { stdout } = await running.catch((error: { stdout: string }) => error);
  return { stdout, recordings };
}

test.each(['newServer', 'newSystem'])(
  'a failing test with %s leaves a recording, and one that passes leaves none',
  async (make) => {
    const { stdout, recordings } = await failed(
      `test.each([1, 2])('P-SEND-2: say %i', async (number) => {
      const { url } = await ${make}();
      const an = await newMember(url, 'An');
      await an.ask({ data: 'send', content: 'một' });
      expect(number).toBe(1);
    });`,
    );
    expect(stdout).toContain('1 failed | 1 passed');
    expect(await readdir(recordings)).toEqual(['P-SEND-2-say-2.json']);
    const { entries } = readRecording(await readFile(join(recordings, 'P-SEND-2-say-2.json'), 'utf8'));
    const world = worldOf(entries);
    expect([...world.actors.values()].find(({ name }) => name === 'c1')).toMatchObject({ nickname: 'An' });
    expect(world.lines.map(({ text }) => text).filter((text) => text.includes('"send"'))).toHaveLength(2);
  },
);

test('a failing test leaves a recording of each of its servers, those that it has closed too', async () => {
  const { stdout, recordings } = await failed(
    `test('P-DB-1: restart', async () => {
      for (const name of ['An', 'Bình']) {
        const { chat, url } = await newServer();
        await newMember(url, name);
        await chat.close();
      }
      expect(1).toBe(2);
    }, 5000);`,
  );
  expect(stdout).toContain('1 failed');
  expect(await readdir(recordings)).toEqual(['P-DB-1-restart-2.json', 'P-DB-1-restart.json']);
});
