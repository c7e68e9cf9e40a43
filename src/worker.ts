/**
 * The executable of a worker (`--workers`), which the primary starts. It listens on nothing, and ends when the primary is
 * gone.
 */
import type { Socket } from 'node:net';
import { openNoDebugger } from './hosting/signals.ts';
import { Duty, reasonOf, type Tell } from './workers/duty.ts';
import type { Order, Start } from './workers/messages.ts';

const tell: Tell = (news, onSent = () => {}) => process.send?.(news, undefined, {}, () => onSent());

function fail(error: unknown): void {
  tell({ type: 'failed', text: reasonOf(error) }, () => process.exit(1));
}

process.once('message', (start: Start) => {
  const duty = new Duty(Number(process.argv[2]), start, tell);
  process.on('message', (order: Order, socket: Socket | undefined) => {
    duty.take(order, socket).catch(fail);
  });
  process.on('disconnect', () => duty.close());
  duty.open().catch(fail);
});
openNoDebugger();
// What a terminal sends to all of its processes is for the primary to act on.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('SIGTERM', () => tell({ type: 'leaving' }));
