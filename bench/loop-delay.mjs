/** Preloaded into a server under test. Tells the parent process how long the event loop was blocked at most, in ms. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 20 });
process.on('message', () => {
  process.send(Math.max(0, delay.max / 1e6 - 20));
  delay.reset();
});
process.channel?.unref();
delay.enable();
