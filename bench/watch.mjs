/**
 * A watcher for load.mjs, in its own process: `node watch.mjs http://127.0.0.1:5001/?token=…`. Reads every event and
 * keeps none. Sends `watching` after the first event, and answers each message with what it has counted since the last
 * one.
 */
import { cpuOf } from './measure.mjs';
import { open, readFrames } from './wire.mjs';

const { port, search } = new URL(process.argv[2]);
let isTold = false;
let rest = Buffer.alloc(0);
let events = 0;
let skipped = 0;
let cpu = cpuOf(process.pid);

function take(chunk, socket) {
  if (!isTold) process.send('watching');
  isTold = true;
  const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
  const read = readFrames(bytes, socket, (_opcode, _isFinal, from, to) => {
    const event = JSON.parse(bytes.toString('utf8', from, to));
    if (event.type === '@chat.skipped') skipped += event.count + event.frames;
    else events++;
  });
  rest = Buffer.from(bytes.subarray(read));
}

process.on('message', () => {
  const now = cpuOf(process.pid);
  process.send({ events, skipped, cpu: now - cpu });
  [events, skipped, cpu] = [0, 0, now];
});
process.on('disconnect', () => process.exit(0));

const socket = await open({ port, path: `/events${search}` }, take);
socket.on('close', () => {
  process.stderr.write('fault: the watcher was dropped\n');
  process.exit(2);
});
