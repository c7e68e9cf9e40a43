import { start } from '../servers.mjs';
import { startRedis } from './redis.mjs';

/** A room of so many processes on a Redis of its own; with 0 one process with a file. */
export async function newRoom(processes, args = []) {
  const redis = processes === 0 ? undefined : await startRedis();
  const open = () => start('ours', { args, ledger: redis?.url });
  const servers = await Promise.all(Array.from({ length: Math.max(1, processes) }, open));
  return {
    redis,
    servers,
    /** Starts one more process, in place of one that was killed. */
    open,
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await redis?.stop();
    },
  };
}

/** Does something with such a room, and ends it. */
export async function withRoom(processes, use, args) {
  const room = await newRoom(processes, args);
  try {
    return await use(room);
  } finally {
    await room.stop();
  }
}
