import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newFolder } from './server.ts';

const run = promisify(execFile);
const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** The paths of a certificate and of its key. */
export type Certificate = { cert: string; key: string };

/** An authority of the test's own, which nobody else trusts. */
export type Authority = {
  /** Its certificate, as text. */
  ca: string;
  /** Issues a certificate that is valid for so many days from now; a negative number makes one that has expired. */
  issue: (names: readonly string[], days?: number) => Promise<Certificate>;
};

export async function newAuthority(): Promise<Authority> {
  const folder = await newFolder();
  const own = { cert: join(folder, 'ca.pem'), key: join(folder, 'ca.key') };
  const openssl = (...args: string[]) => run('openssl', args);
  await openssl('req', '-x509', ...key, '-keyout', own.key, '-out', own.cert, '-subj', '/CN=Test authority');
  let count = 0;
  return {
    ca: await readFile(own.cert, 'utf8'),
    async issue(names, days = 30) {
      count += 1;
      const path = (end: string) => join(folder, `${count}.${end}`);
      const [subject = '', ...others] = names;
      const alternatives = [subject, ...others].map(
        (name) => `${/^[\d.]+$/.test(name) ? 'IP' : 'DNS'}:${name}`,
      );
      await writeFile(path('ext'), `subjectAltName=${alternatives}`);
      await openssl('req', ...key, '-keyout', path('key'), '-out', path('csr'), '-subj', `/CN=${subject}`);
      const signing = ['-CA', own.cert, '-CAkey', own.key, '-days', `${days}`, '-extfile', path('ext')];
      await openssl('x509', '-req', '-in', path('csr'), '-out', path('pem'), ...signing);
      return { cert: path('pem'), key: path('key') };
    },
  };
}

/** A certificate that nobody but itself vouches for. */
export async function selfSigned(name: string): Promise<Certificate> {
  const folder = await newFolder();
  const own = { cert: join(folder, 'self.pem'), key: join(folder, 'self.key') };
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  await run('openssl', ['req', '-x509', ...key, '-keyout', own.key, '-out', own.cert, ...subject]);
  return own;
}
