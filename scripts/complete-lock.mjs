// Completes package-lock.json after `npm install`. npm leaves out optional packages for other platforms if it cannot
// look them up, and then `npm ci` rejects the lock file. This adds each of them with the version that its parent
// requires.
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (lock.packages[`node_modules/${name}`] ?? lock.packages[`${path}/node_modules/${name}`]) continue;
    const platform = name.split('/').at(-1) ?? name;
    const [os] = /android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32/.exec(platform) ?? [];
    const [cpu] =
      /arm64|arm(?=-|$)|x64|ia32|loong64|mips64el|ppc64|riscv64|s390x|wasm32/.exec(platform) ?? [];
    const libc = /musl|gnu/.exec(platform)?.[0].replace('gnu', 'glibc');
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu && { cpu: [cpu] }),
      ...(dev && { dev }),
      ...(libc && os === 'linux' && { libc: [libc] }),
      optional: true,
      ...(os && { os: [os] }),
    };
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
