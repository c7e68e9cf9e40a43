/**
 * The witness of a hang, a process of its own: it joins the room, watches while the process that has started it is
 * stopped, and wakes it. It ends when that process lets go of it, or has ended itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openLedger } from '../../open-ledger.ts';
import { inWords } from '../../system-error.ts';
import type { Testimony, Witnessed } from './hang.ts';

/** From one attempt to wake the process to the next. */
const wakeMs = 1000;

const parent = process.ppid;
const tell = (said: Testimony) => process.send?.(said);

async function watch({ config, nickname, hangMs }: Witnessed): Promise<void> {
  const ledger = await openLedger(config, () => {});
  process.once('disconnect', () => void ledger.close().then(() => process.exit()));
  const left: number[] = [];
  const startMs = performance.now();
  ledger.start({
    onStretch(stretch) {
      for (const entry of stretch)
        if (entry.type === 'left' && entry.nickname === nickname)
          left.push((performance.now() - startMs) / 1000);
    },
    onAsked: () => '[]',
    onFenced() {},
  });
  tell({ type: 'watching' });
  await sleep(hangMs);
  tell({ type: 'over', left });
  for (; process.connected; await sleep(wakeMs)) process.kill(parent, 'SIGCONT');
}

process.once('message', (order: Witnessed) => {
  watch(order).catch((error) => tell({ type: 'failed', error: inWords(error) }));
});
