/**
 * Preloaded into a server under test. Tells the parent process how long the event loop was blocked at most since it last
 * asked, in milliseconds, and how many timers, sockets and the like keep the process running.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 20 });
const lateMs = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - 20);
process.on('message', () => {
  const resources = process.getActiveResourcesInfo().length;
  process.send({ longestBlockMs: lateMs(delay.max), p99Ms: lateMs(delay.percentile(99)), resources });
  delay.reset();
});
process.channel?.unref();
delay.enable();
