/** A server with the flags of ours that moderates at its parent's orders: a name of `chat.moderation`, and its arguments. */
import { createChat } from '../../dist/chat.js';
import { readConfig, splitConfig } from '../../dist/config.js';

const { config } = splitConfig(readConfig(process.argv.slice(2), {}));
const chat = await createChat(config);
async function act([name, ...args]) {
  process.send(await chat.moderation[name](...args).catch(({ message }) => ({ error: message })));
}
process.on('message', (order) => void act(order));
process.send(await chat.listen());
