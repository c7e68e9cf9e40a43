/** For comparison: uWebSockets.js, native code, events through its `publish`, in memory. */
import uws from '@trufflesuite/uws-js-unofficial';
import { announce, room } from './room.mjs';

uws
  .App()
  .ws('/*', {
    maxBackpressure: 64 * 1024 * 1024,
    idleTimeout: 60,
    open(socket) {
      socket.member = room({
        reply: (value) => socket.send(JSON.stringify(value)),
        broadcast: (value) => socket.publish('members', JSON.stringify(value)),
        join: () => socket.subscribe('members'),
      });
    },
    message: (socket, data) => socket.member.request(JSON.parse(Buffer.from(data).toString())),
  })
  .listen('127.0.0.1', 0, (token) => announce(uws.us_socket_local_port(token)));
