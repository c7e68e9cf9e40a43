/** Members who talk, and how long their acknowledgements take while something else goes on, and while it does not. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { percentile, sleep } from './measure.mjs';

/** A member who sends one message at a time. */
async function newMember(url, name) {
  const socket = new WebSocket(url);
  let onReply;
  socket.on('message', (text) => {
    if (!text.includes('"type":"receive"')) onReply();
  });
  const ask = (request) =>
    new Promise((resolve) => {
      onReply = resolve;
      socket.send(JSON.stringify(request));
    });
  await once(socket, 'open');
  await ask({ data: 'name', name });
  return ask;
}

/**
 * Lets so many members send so many messages a second together. `isBusy` says whether something else goes on. Resolves
 * to `stop`, which resolves to the times in milliseconds, `calm` and `busy`, in ascending order.
 */
export async function talk(url, { members, rate, isBusy }) {
  const took = { calm: [], busy: [] };
  let isOver = false;
  const phase = () => (isBusy() ? 'busy' : 'calm');

  async function chat(ask) {
    while (!isOver) {
      const [start, before] = [performance.now(), phase()];
      await ask({ data: 'send', content: 'xin chào' });
      const ms = performance.now() - start;
      took[before === 'busy' ? before : phase()].push(ms);
      await sleep(Math.max(0, (members / rate) * (0.5 + Math.random()) - ms / 1000));
    }
  }

  const asks = await Promise.all(
    Array.from({ length: members }, (_, index) => newMember(url, `Bình ${index}`)),
  );
  const chats = asks.map(chat);
  return async function stop() {
    isOver = true;
    await Promise.all(chats);
    for (const list of Object.values(took)) list.sort((one, other) => one - other);
    return took;
  };
}

/** The percentiles of both, and their ratios, a line each. */
export function linesOf({ calm, busy }, what) {
  const shown = (ms) => `${ms.toFixed(2)} ms`;
  return [
    [0.5, 'p50'],
    [0.99, 'p99'],
  ].map(([share, name]) => {
    const [before, during] = [percentile(calm, share), percentile(busy, share)];
    const ratio = (during / before).toFixed(2);
    return `${name}: ${shown(before)} calm (${calm.length}), ${shown(during)} ${what} (${busy.length}), ratio ${ratio}`;
  });
}
