import { readFile } from 'node:fs/promises';

/** Whether a file is mounted by itself, as containers mount single files. Such a file cannot be replaced. Linux only. */
export async function isMounted(real: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return mounts.split('\n').some((line) => unescaped(line.split(' ')[4] ?? '') === real);
}

/** A path as mountinfo has it: spaces, tabs, line feeds and backslashes are in octal. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
