// Makes sure that Chromium is there, which the tests need besides npm's packages. Installs it if possible, or says how.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const packages = ['chromium', 'fonts-dejavu-core'];
const install = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
const isThere = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

const { CHROMIUM } = process.env;
if (CHROMIUM !== undefined && !existsSync(CHROMIUM)) {
  process.stderr.write(`CHROMIUM names ${CHROMIUM}, which does not exist.\n`);
  process.exit(1);
}
if (CHROMIUM === undefined && !['chromium', 'chromium-browser', 'google-chrome'].some(isThere)) {
  const isRoot = process.getuid?.() === 0;
  if (isRoot && isThere('apt-get')) {
    process.stderr.write(`The tests need Chromium: ${install}\n`);
    const { status } = spawnSync('sh', ['-c', install], { stdio: ['ignore', 'inherit', 'inherit'] });
    if (status === 0) process.exit(0);
  }
  process.stderr.write(
    `The tests need Chromium, which is not installed. On Debian or Ubuntu:\n\n  sudo sh -c '${install}'\n\n` +
      'Elsewhere install Chrome or Chromium and name its executable in the variable CHROMIUM.\n',
  );
  process.exit(1);
}
