/** For comparison: socket.io 4, in memory. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { announce, room } from './room.mjs';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false, pingInterval: 5000 });
io.on('connection', (socket) => {
  const member = room({
    reply: (value) => socket.emit('reply', value),
    broadcast: (value) => socket.to('members').emit('event', value),
    join: () => socket.join('members'),
  });
  socket.on('request', (request) => member.request(request));
  socket.on('disconnect', () => member.leave());
});
http.listen(0, '127.0.0.1', () => announce(http.address().port));
