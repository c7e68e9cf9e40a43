// Makes sure that the programs are there which the tests need besides npm's packages. Installs them if possible, or says
// how.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';

// Debian keeps nginx where only root's PATH leads.
const path = [process.env.PATH, '/usr/sbin', '/usr/local/sbin'].join(delimiter);
const env = { ...process.env, PATH: path };
const isThere = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { env }).status === 0;

// Debian's Python has Debian's libraries, but another one may be the first in PATH.
const hasPython = ['python3', '/usr/bin/python3'].some(
  (python) => spawnSync(python, ['-c', 'import websockets']).status === 0,
);

const { CHROMIUM } = process.env;
if (CHROMIUM !== undefined && !existsSync(CHROMIUM)) {
  process.stderr.write(`CHROMIUM names ${CHROMIUM}, which does not exist.\n`);
  process.exit(1);
}

const programs = [
  {
    name: 'Chromium',
    isThere: CHROMIUM !== undefined || ['chromium', 'chromium-browser', 'google-chrome'].some(isThere),
    packages: ['chromium', 'fonts-dejavu-core'],
  },
  { name: 'nginx', isThere: isThere('nginx'), packages: ['nginx-light'] },
  { name: 'Caddy', isThere: isThere('caddy'), packages: ['caddy'] },
  // Debian starts a Redis when it installs it. The tests start their own, on other ports.
  { name: 'Redis', isThere: isThere('redis-server'), packages: ['redis-server'] },
  { name: 'OpenSSL', isThere: isThere('openssl'), packages: ['openssl'] },
  { name: 'tshark', isThere: isThere('tshark'), packages: ['tshark'] },
  { name: 'websockets for Python', isThere: hasPython, packages: ['python3-websockets'] },
  { name: 'systemd-analyze', isThere: isThere('systemd-analyze'), packages: ['systemd'] },
];

const missing = programs.filter((program) => !program.isThere);
if (missing.length > 0) {
  const names = missing.map(({ name }) => name).join(', ');
  const packages = missing.flatMap((program) => program.packages).join(' ');
  const install = `apt-get update && apt-get install -y --no-install-recommends ${packages}`;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && isThere('apt-get')) {
    process.stderr.write(`The tests need ${names}: ${install}\n`);
    const { status } = spawnSync('sh', ['-c', install], {
      stdio: ['ignore', 'inherit', 'inherit'],
      // tshark would ask who may capture packets.
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status === 0) process.exit(0);
  }
  process.stderr.write(
    `The tests need ${names}, not installed here. On Debian or Ubuntu:\n\n  sudo sh -c '${install}'\n\n` +
      'Elsewhere install them in your own way. If Chromium is not in PATH, name it in the variable CHROMIUM.\n',
  );
  process.exit(1);
}
