import { execFile } from 'node:child_process';
import { copyFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newFolder } from './server.ts';

const run = promisify(execFile);
const dayMs = 86_400_000;

/** The files of a certificate for this machine, which signs itself, and its key. */
export type CertificateFiles = { cert: string; key: string };

/** A time as `openssl ca` takes it: `20260101000000Z`. */
const timeAfter = (days: number) =>
  new Date(Date.now() + days * dayMs).toISOString().replace(/[-:T]|\.\d+/g, '');

/**
 * Makes a certificate for `localhost` and 127.0.0.1 with the program openssl. It is valid from so many days after today
 * until so many.
 */
export async function newCertificate({
  from = -1,
  to = 90,
  name = 'localhost',
} = {}): Promise<CertificateFiles> {
  const folder = await newFolder();
  const [cert, key, request] = ['cert.pem', 'key.pem', 'request.pem'].map((file) => join(folder, file)) as [
    string,
    string,
    string,
  ];
  const config = join(folder, 'ca.conf');
  await writeFile(
    config,
    `[ca]
default_ca = own
[own]
database = ${folder}/index
rand_serial = yes
new_certs_dir = ${folder}
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
subjectAltName = DNS:localhost,IP:127.0.0.1
basicConstraints = CA:TRUE
[req]
distinguished_name = none
[none]
`,
  );
  await writeFile(join(folder, 'index'), '');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', `/CN=${name}`, '-config', config];
  await run('openssl', ['req', '-new', ...curve, '-keyout', key, '-out', request, ...subject]);
  const span = ['-startdate', timeAfter(from), '-enddate', timeAfter(to)];
  const signing = ['-selfsign', '-keyfile', key, '-in', request, '-out', cert, '-batch', '-notext'];
  await run('openssl', ['ca', '-config', config, ...signing, ...span]);
  return { cert, key };
}

/** Puts other files in the place of these, as a program does that renews certificates. */
export async function replaceCertificate(
  old: CertificateFiles,
  other: Partial<CertificateFiles>,
): Promise<void> {
  for (const part of ['cert', 'key'] as const) {
    const path = other[part];
    if (path === undefined) continue;
    await copyFile(path, `${old[part]}.new`);
    await rename(`${old[part]}.new`, old[part]);
  }
}
