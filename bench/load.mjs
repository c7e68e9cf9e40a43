/**
 * Loads a server and checks it: `node load.mjs '{"port":…,"pid":…,"protocol":"json","members":500,"underWay":16,…}'`,
 * prints one line of JSON. With several `ports` and `pids` the members are
 * spread over the processes; the CPU of other processes, such as a Redis, is measured with `besides`. Every member must see every event of the others exactly once and in the same order, and
 * every send must be acknowledged with its own content in its place. Anything else is a fault, and a run with a fault
 * has no result. Most of the checking is one comparison of bytes per chunk with what another member has already
 * received.
 *
 * `underWay` messages are under way at any time. They are distributed over `senders` members, and a sender sends its
 * next message as soon as one of them is through; by default each sender has one message under way. With a `rate` in
 * place of `underWay`, messages are due at fixed times, and the senders, by default all members, take turns. With the
 * address of an `inspector`, a watcher is connected meanwhile.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpuOf, percentile, rssOf, sleep } from './measure.mjs';
import { protocols } from './protocols.mjs';
import { maskedText, open, readFrames } from './wire.mjs';

const text = 'xin chào cả nhà, hôm nay trời đẹp, mình đi chơi nhé';

/** The order of events that all members must see: their bytes in a row, and the end of each. */
class Order {
  bytes = Buffer.allocUnsafe(1 << 20);
  length = 0;
  ends = [];
  messages = [];

  append(frame, message) {
    if (this.length + frame.length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(this.bytes.length * 2);
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    frame.copy(this.bytes, this.length);
    this.length += frame.length;
    this.ends.push(this.length);
    this.messages.push(message);
  }

  startOf(index) {
    return index === 0 ? 0 : this.ends[index - 1];
  }

  isAt(index, frame) {
    return this.bytes.compare(frame, 0, frame.length, this.startOf(index), this.ends[index]) === 0;
  }
}

class Load {
  constructor({ protocol, members, underWay = 0, senders = underWay || members, port, pid, ...options }) {
    const one = { ports: [port], pids: [pid], besides: [] };
    Object.assign(this, { rate: 0, warmupSeconds: 2, members, underWay, senders, ...one, ...options });
    this.protocol = protocols[protocol];
    this.order = new Order();
    this.byContent = new Map();
    this.list = [];
    this.deliveries = 0;
    this.acks = [];
    this.lasts = [];
    this.isMeasuring = false;
    this.isStopping = false;
    this.underWayNow = 0;
  }

  async run() {
    for (let index = 0; index < this.members; index += 50) {
      const some = Array.from({ length: Math.min(50, this.members - index) }, (_, offset) => index + offset);
      this.list.push(...(await Promise.all(some.map((one) => this.join(one)))));
    }
    // Each member must have seen every later one register.
    const pairs = (this.members * (this.members - 1)) / 2;
    await this.until(() => this.list.reduce((sum, { joined }) => sum + joined, 0) === pairs);
    for (const member of this.list) member.isCounting = true;
    if (this.inspector !== undefined) await this.watch();
    if (this.rate > 0) this.pace();
    else
      for (let index = 0; index < this.underWay; index++) this.send(this.senderOf(index), performance.now());
    await sleep(this.warmupSeconds);
    await this.watched();
    const before = {
      cpu: sumOf(cpuOf, this.pids),
      besides: sumOf(cpuOf, this.besides),
      at: performance.now(),
    };
    this.deliveries = 0;
    this.isMeasuring = true;
    await sleep(this.seconds);
    this.isMeasuring = false;
    const cpu = sumOf(cpuOf, this.pids) - before.cpu;
    const besides = sumOf(cpuOf, this.besides) - before.besides;
    const elapsedSeconds = (performance.now() - before.at) / 1000;
    const { deliveries } = this;
    const watched = await this.watched();
    const rssBytes = sumOf(rssOf, this.pids);
    this.isStopping = true;
    await this.until(() => this.underWayNow === 0);
    for (const member of this.list) this.checkEnd(member);
    for (const member of this.list) member.socket.destroy();
    const sorted = (values) => Float64Array.from(values).sort();
    const [acks, lasts] = [sorted(this.acks), sorted(this.lasts)];
    return {
      deliveriesPerSecond: deliveries / elapsedSeconds,
      acksPerSecond: acks.length / elapsedSeconds,
      cpuPerDelivery: cpu / deliveries,
      cpuShare: cpu / elapsedSeconds / 1e6,
      besidesCpuShare: besides / elapsedSeconds / 1e6,
      ackP50Ms: percentile(acks, 0.5),
      ackP99Ms: percentile(acks, 0.99),
      lastP50Ms: percentile(lasts, 0.5),
      lastP99Ms: percentile(lasts, 0.99),
      rssBytes,
      ...(watched && {
        eventsPerSecond: watched.events / elapsedSeconds,
        skippedPerSecond: watched.skipped / elapsedSeconds,
        watcherCpuShare: watched.cpu / elapsedSeconds / 1e6,
      }),
    };
  }

  /** Members are in blocks of one process each. Senders are spread over all of them, so over the processes as well. */
  portOf(index) {
    return this.ports[Math.floor((index * this.ports.length) / this.members)];
  }

  /** Starts a watcher. Resolves once it receives events. */
  async watch() {
    this.watcher = fork(new URL('watch.mjs', import.meta.url), [this.inspector]);
    this.watcher.once('exit', () => fault('the watcher has ended'));
    await once(this.watcher, 'message');
  }

  /** What the watcher has counted since the last call; `undefined` without a watcher. */
  async watched() {
    this.watcher?.send('report');
    return this.watcher && (await once(this.watcher, 'message'))[0];
  }

  /** The sender for a message. Senders are spread over the members, so they are not all early in a server's loop. */
  senderOf(index) {
    return this.list[Math.floor(((index % this.senders) * this.members) / this.senders)];
  }

  async join(index) {
    const member = {
      index,
      name: `m${index}`,
      joined: 0,
      event: 0,
      isCounting: false,
      rest: undefined,
      /** The member's unacknowledged messages, the oldest first. */
      outstanding: [],
      /** The events since the member's first send, if the server gives acknowledgements no place in the order. */
      apart: [],
      sent: 0,
    };
    const { protocol } = this;
    await new Promise((resolve, reject) => {
      member.onRegistered = resolve;
      const onData = (chunk, socket) => {
        member.socket = socket;
        this.take(member, chunk);
      };
      open({ port: this.portOf(index), path: protocol.path }, onData).then((socket) => {
        member.socket = socket;
        socket.on('error', () => {});
        socket.on('close', () => {
          if (!this.isStopping) fault(`member ${index} was closed`);
        });
        if (protocol.helloAfter === 'open') socket.write(maskedText(protocol.hello(member.name)));
      }, reject);
    });
    return member;
  }

  send(member, intended) {
    if (this.isStopping) return;
    const content = `${text} ${member.index}.${member.sent++}`;
    const message = { author: member, content, intended, remaining: this.members - 1, isAcknowledged: false };
    member.outstanding.push(message);
    this.byContent.set(content, message);
    this.underWayNow++;
    member.socket.write(maskedText(this.protocol.send(content)));
  }

  /** Open loop: messages are due at fixed times, from which their latency counts. */
  pace() {
    const start = performance.now();
    const intervalMs = 1000 / this.rate;
    let due = 0;
    let next = 0;
    const tick = () => {
      if (this.isStopping) return;
      for (; start + due * intervalMs <= performance.now(); due++) {
        let tries = 0;
        while (this.senderOf(next).outstanding.length > 0 && tries++ < this.senders) next++;
        this.send(this.senderOf(next++), start + due * intervalMs);
      }
      // A timer can be two milliseconds late, which would count as latency of the server.
      const waitMs = start + due * intervalMs - performance.now() - 2;
      if (waitMs > 0) setTimeout(tick, waitMs);
      else setImmediate(tick);
    };
    tick();
  }

  take(member, chunk) {
    const bytes = member.rest === undefined ? chunk : Buffer.concat([member.rest, chunk]);
    const { order } = this;
    const start = order.startOf(member.event);
    let read = 0;
    if (
      member.isCounting &&
      start + bytes.length <= order.length &&
      order.bytes.compare(bytes, 0, bytes.length, start, start + bytes.length) === 0
    ) {
      const end = start + bytes.length;
      while (member.event < order.ends.length && order.ends[member.event] <= end)
        this.delivered(order.messages[member.event++]);
      read = order.startOf(member.event) - start;
    } else {
      read = readFrames(bytes, member.socket, (_opcode, _isFinal, from, to, at) =>
        this.takeFrame(member, bytes, at, from, to),
      );
    }
    member.rest = read < bytes.length ? Buffer.from(bytes.subarray(read)) : undefined;
  }

  takeFrame(member, bytes, at, from, to) {
    const { protocol } = this;
    const kind = protocol.kindOf(bytes, from, to);
    if (kind === 'event') {
      const read = () => this.messageOf(protocol.valueOf(bytes, from, to));
      if (protocol.ownInPlace || member.sent === 0)
        this.delivered(this.inPlace(member, bytes.subarray(at, to), read));
      else {
        const message = read();
        member.apart.push(message);
        this.delivered(message);
      }
    } else if (kind === 'ack') this.acknowledged(member, protocol.valueOf(bytes, from, to));
    else if (kind === 'joined') member.joined++;
    else if (kind === 'registered') member.onRegistered();
    else if (kind === 'ping') protocol.onPing(member.socket, maskedText);
    else if (kind === 'opened') protocol.onOpened(member.socket, maskedText);
    else if (kind === protocol.helloAfter) member.socket.write(maskedText(protocol.hello(member.name)));
    else fault(`member ${member.index} got ${bytes.toString('utf8', from, to).slice(0, 200)}`);
  }

  /** The message under way with this content. */
  messageOf({ content }) {
    return this.byContent.get(content) ?? fault(`${content} is not under way`);
  }

  /** Checks the next event of a member. The first member to get there determines what all others must see. */
  inPlace(member, frame, read) {
    const { order } = this;
    const index = member.event++;
    if (index === order.messages.length) order.append(frame, read());
    else if (!order.isAt(index, frame)) fault(`member ${member.index} saw a different order`);
    return order.messages[index];
  }

  acknowledged(member, { name, content, timestamp, status }) {
    const message = member.outstanding.shift();
    if (status !== true || message?.content !== content)
      fault(`member ${member.index} got a wrong acknowledgement`);
    if (this.protocol.ownInPlace)
      this.inPlace(member, this.protocol.eventFrame({ name, content, timestamp }), () => message);
    message.isAcknowledged = true;
    if (this.isMeasuring) this.acks.push(performance.now() - message.intended);
    this.maybeNext(message);
  }

  delivered(message) {
    this.deliveries++;
    message.remaining--;
    if (message.remaining === 0) this.maybeNext(message);
    else if (message.remaining < 0) fault(`${message.content} was received twice`);
  }

  /** Ends a message if it is acknowledged and everybody has it; then its author sends the next one. */
  maybeNext(message) {
    if (message.remaining > 0 || !message.isAcknowledged) return;
    const now = performance.now();
    if (this.isMeasuring) this.lasts.push(now - message.intended);
    this.byContent.delete(message.content);
    this.underWayNow--;
    if (this.rate === 0) this.send(message.author, now);
  }

  /** Checks the events that a member has seen apart from the order: all later messages of others, in that order. */
  checkEnd(member) {
    const others = this.order.messages.slice(member.event).filter(({ author }) => author !== member);
    if (others.some((message, index) => message !== member.apart[index]))
      fault(`member ${member.index} missed events, or saw a different order`);
  }

  async until(isDone) {
    const end = performance.now() + 30_000;
    while (!isDone()) {
      if (performance.now() > end) fault('events are missing');
      await sleep(0.01);
    }
  }
}

const sumOf = (figure, pids) => pids.reduce((sum, pid) => sum + figure(pid), 0);

function fault(what) {
  process.stderr.write(`fault: ${what}\n`);
  process.exit(2);
}

const result = await new Load(JSON.parse(process.argv[2])).run();
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
