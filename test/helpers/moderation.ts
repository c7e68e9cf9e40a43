import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAdmin } from '../../src/admin/admin.ts';
import type { ChatOptions } from '../../src/chat.ts';
import { newFolder, newServer } from './server.ts';

/** Writes a file that only its owner can read, in a folder of its own. Removed after the test. */
export async function newSecretFile(text: string): Promise<string> {
  const path = join(await newFolder(), 'secrets');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** The address of a chat's page. */
export const pageOf = (url: string) => url.replace('ws:', 'http:');

/**
 * Starts a server whose moderators are An, with the token `one`, and Bình, with `two`. Whoever has the token `ops` is the
 * host at its operations port.
 */
export async function newModerated(options: ChatOptions = {}) {
  const moderators = await newSecretFile('An one\nBình two\n');
  const opsTokenFile = await newSecretFile('ops\n');
  const server = await newServer({ opsPort: 0, moderators, opsTokenFile, ...options });
  return { ...server, moderators, page: pageOf(server.url), operations: `${server.chat.operations}` };
}

export type Said = { status: number; body: Record<string, unknown>; headers: Headers };

/** Asks for an act below this address, with this token if there is one. Resolves to the answer. */
export async function askFor(
  base: string,
  act: string,
  token?: string,
  order: object = {},
  headers: Record<string, string> = {},
): Promise<Said> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${base}admin/${act}`, {
    method: 'POST',
    body: JSON.stringify(order),
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
  });
  return { status: response.status, body: JSON.parse(await response.text()), headers: response.headers };
}

/** Runs the command `admin` in this process. Resolves to its exit code and what it has printed. */
export async function admin(
  args: readonly string[],
  { env = {}, limitMs = 30_000 }: { env?: NodeJS.ProcessEnv; limitMs?: number } = {},
): Promise<{ code: number; printed: string[]; complaints: string[] }> {
  const printed: string[] = [];
  const complaints: string[] = [];
  const code = await runAdmin(args, {
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
    env,
    limitMs,
  });
  return { code, printed, complaints };
}
