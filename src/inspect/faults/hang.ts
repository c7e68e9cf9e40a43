import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChatConfig } from '../../hosting/options.ts';
import type { Obstacle } from './orders.ts';

/** What a witness is told at its start. */
export type Witnessed = {
  config: ChatConfig;
  /** Whose leaves it counts. */
  nickname: string;
  /** How long the process hangs. */
  hangMs: number;
};
/** What a witness tells: that it watches, and what it has seen, or why it has seen nothing. */
export type Testimony =
  | { type: 'watching' }
  | { type: 'over'; left: number[] }
  | { type: 'failed'; error: string };

/** How much longer than its lease a process hangs, in seconds. */
const longer = 2;
const witnessFile = fileURLToPath(new URL('./witness.js', import.meta.url));

/**
 * Stops this process with SIGSTOP until the others have given it up. A stopped process can neither wake itself nor see
 * what the others see, so a witness does both: a process of its own, which joins the room meanwhile.
 */
export class Hang {
  readonly obstacle: Obstacle | undefined;
  /** How long the process hangs, in seconds. */
  readonly seconds: number;
  readonly #config: ChatConfig;

  constructor(config: ChatConfig, { platform, pid }: Pick<NodeJS.Process, 'platform' | 'pid'>) {
    this.obstacle = obstacleOf(platform, pid);
    this.#config = config;
    this.seconds = config.lease + longer;
  }

  /**
   * Calls `onStop` just before the process stops. Resolves, once it runs again, to what the witness has seen: a number for
   * each time that the nickname left, the seconds since the process was stopped.
   */
  begin(nickname: string, onStop: () => void): Promise<number[]> {
    // Ctrl+C in a terminal ends the server's group of processes, but not the one that has to wake it.
    const witness = fork(witnessFile, {
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const order: Witnessed = { config: this.#config, nickname, hangMs: this.seconds * 1000 };
    witness.send(order);
    return new Promise((resolve, reject) => {
      witness.on('error', reject);
      witness.on('exit', () => reject(new Error('the witness has ended')));
      witness.on('message', (said: Testimony) => {
        if (said.type === 'watching') {
          onStop();
          process.kill(process.pid, 'SIGSTOP');
          return;
        }
        if (said.type === 'over') resolve(said.left);
        else reject(new Error(said.error));
        // It ends with this.
        witness.disconnect();
      });
    });
  }
}

function obstacleOf(platform: NodeJS.Platform, pid: number): Obstacle | undefined {
  if (platform === 'win32') return 'windows';
  return pid === 1 ? 'init' : undefined;
}
