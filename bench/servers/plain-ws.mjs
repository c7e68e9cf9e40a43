/** For comparison: `ws` in the plain way, one frame for each event, in memory. `node plain-ws.mjs string|buffer`. */
import { WebSocketServer } from 'ws';
import { announce, room } from './room.mjs';

const asBuffer = process.argv[2] === 'buffer';
const encode = (value) => (asBuffer ? Buffer.from(JSON.stringify(value)) : JSON.stringify(value));
const options = { binary: false };
const members = new Set();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false }, () =>
  announce(server.address().port),
);
server.on('connection', (socket) => {
  const member = room({
    join: () => members.add(socket),
    reply: (value) => socket.send(encode(value), options),
    broadcast(value) {
      const bytes = encode(value);
      for (const other of members) if (other !== socket && other.readyState === 1) other.send(bytes, options);
    },
  });
  socket.on('message', (data) => member.request(JSON.parse(data.toString())));
  socket.on('close', () => {
    members.delete(socket);
    member.leave();
  });
  socket.on('error', () => {});
});
