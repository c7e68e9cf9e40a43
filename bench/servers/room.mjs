/** Shared by the servers for comparison: the contract's register, send, get and leave, in memory only. */
import { formatTimestamp } from '../../dist/protocol/timestamp.js';

const names = new Set();
const history = [];

export function announce(port) {
  process.stdout.write(`listening on ws://127.0.0.1:${port}/\n`);
}

/**
 * One connection. `request` takes a parsed request and answers it through `reply`, and through `broadcast` to the other
 * members. `join` is called when the connection becomes a member.
 */
export function room({ reply, broadcast, join }) {
  let name;
  return {
    request(request) {
      const timestamp = formatTimestamp(new Date(), 'documented');
      if (request.data === 'name' && !names.has(request.name)) {
        name = request.name;
        names.add(name);
        reply({ type: 'name', action: 'register', name, status: true, timestamp });
        join();
        broadcast({ type: 'receive', datatype: 'register', name, timestamp });
      } else if (request.data === 'send') {
        const { content } = request;
        history.push({ name, content, timestamp });
        reply({ type: 'send', name, content, status: true, timestamp });
        broadcast({ type: 'receive', datatype: 'message', name, content, timestamp });
      } else if (request.data === 'get') {
        reply({ type: 'get', status: true, name, timestamp, data: { message: history, online: [...names] } });
      }
    },
    leave() {
      if (name === undefined) return;
      names.delete(name);
      broadcast({
        type: 'receive',
        datatype: 'leave',
        name,
        timestamp: formatTimestamp(new Date(), 'documented'),
      });
    },
  };
}
