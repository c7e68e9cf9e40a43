import { expect, test } from 'vitest';
import { createChat } from '../../src/chat.ts';
import { newRedis } from '../helpers/redis.ts';

test('a Redis that does not sync while it rewrites its file is refused, and the line that mends it mends it', async () => {
  const redis = await newRedis({ 'no-appendfsync-on-rewrite': 'yes' });
  const start = () => createChat({ port: 0, ledger: redis.url });
  const mend = 'CONFIG SET no-appendfsync-on-rewrite no';
  await expect(start()).rejects.toMatchObject({
    code: 'LEDGER_UNUSABLE',
    message: expect.stringContaining(`no-appendfsync-on-rewrite is yes; mend it with: redis-cli ${mend}`),
  });
  await redis.call(...mend.split(' '));
  await (await start()).close();
});
