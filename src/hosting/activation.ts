import { StartError } from '../start-error.ts';

/** The first descriptor that systemd passes. */
const firstFd = 3;

/**
 * The descriptor of the listening socket that systemd has opened for this process, if any (sd_listen_fds(3)). Removes the
 * variables that say so, since they do not concern this process's children. Throws a StartError if there are several.
 */
export function takePassedSocket(env: NodeJS.ProcessEnv, pid: number): number | undefined {
  const { LISTEN_PID, LISTEN_FDS } = env;
  for (const name of ['LISTEN_PID', 'LISTEN_PIDFDID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name];
  if (LISTEN_PID !== `${pid}` || !/^[1-9]\d*$/.test(LISTEN_FDS ?? '')) return undefined;
  if (LISTEN_FDS === '1') return firstFd;
  const advice = 'give its socket unit one ListenStream=';
  throw new StartError(
    'ADDRESS_UNUSABLE',
    `systemd passes ${LISTEN_FDS} sockets, but the server listens on one: ${advice}`,
  );
}
