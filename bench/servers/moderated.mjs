/** A server with the flags of ours that moderates at its parent's orders: a name of `chat.moderation`, and its arguments. */
import { createChat } from '../../dist/chat.js';
import { readConfig, splitConfig } from '../../dist/config.js';

const { config } = splitConfig(readConfig(process.argv.slice(2), {}));
const chat = await createChat(config);
process.on('message', async ([act, ...args]) => {
  const result = await chat.moderation[act](...args).catch((error) => ({ error: error.message }));
  process.send(result);
});
process.send(await chat.listen());
