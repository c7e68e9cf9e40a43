/** The members of a room under attack, and the attackers. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { percentile, sleep } from '../measure.mjs';
import { maskedText, open, readFrames } from '../wire.mjs';

/** Limits as strangers have them. Given explicitly, they hold for peers on this machine too. */
export const limits = ['--rate=50', '--byte-rate=16KiB', '--send-rate=2', '--name-rate=0.2'];

/** Members that each say something once a second. */
export class Members {
  /** The milliseconds from each message to each of its receivers. */
  latencies = [];
  refused = 0;
  /** How many the server has closed. */
  closed = 0;
  #port;
  #sent = new Map();
  #sockets = [];
  #count = 0;
  #joined = 0;
  #timer;

  constructor(port) {
    this.#port = port;
  }

  async join() {
    let rest = Buffer.alloc(0);
    const socket = await open({ port: this.#port }, (chunk, from) => {
      const bytes = Buffer.concat([rest, chunk]);
      const read = readFrames(bytes, from, (_opcode, _isFinal, begin, end) =>
        this.#take(JSON.parse(bytes.toString('utf8', begin, end))),
      );
      rest = Buffer.from(bytes.subarray(read));
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#sockets.includes(socket)) this.closed++;
    });
    socket.write(maskedText(JSON.stringify({ data: 'name', name: `member ${this.#joined++}` })));
    this.#sockets.push(socket);
  }

  /** The one that has been here longest leaves. */
  leave() {
    this.#sockets.shift().destroy();
  }

  talk() {
    const say = () => {
      const content = `message ${this.#count}`;
      this.#sent.set(content, performance.now());
      const socket = this.#sockets[this.#count++ % this.#sockets.length];
      socket.write(maskedText(JSON.stringify({ data: 'send', content })));
      this.#sent.delete(`message ${this.#count - 10_000}`);
    };
    this.#timer = setInterval(say, 1000 / this.#sockets.length);
  }

  stop() {
    clearInterval(this.#timer);
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }

  /** The latencies since the last call. */
  takeLatencies() {
    const sorted = Float64Array.from(this.latencies.splice(0)).sort();
    return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), count: sorted.length };
  }

  #take({ datatype, status, content }) {
    if (status === false) this.refused++;
    const sentAt = this.#sent.get(content);
    if (datatype === 'message' && sentAt !== undefined) this.latencies.push(performance.now() - sentAt);
  }
}

/** Members that have joined and talk. The first seconds of a process, which are slower, are over. */
export async function newMembers(port, count) {
  const members = new Members(port);
  for (let number = 0; number < count; number++) {
    await members.join();
    await sleep(0.01);
  }
  members.talk();
  await sleep(3);
  return members;
}

/** Begins an attack. Returns a function that ends it. */
export async function attack(name, port) {
  const attacker = fork(new URL('attacks.mjs', import.meta.url), [name, `${port}`]);
  await once(attacker, 'message');
  return async () => {
    attacker.kill('SIGKILL');
    await once(attacker, 'exit');
  };
}
