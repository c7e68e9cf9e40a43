/**
 * A chat server that follows docs/protocol.md. Needs Node 20 or newer and the library ws.
 * The environment sets PORT, DATA (the file of the history) and PING (seconds between two pings).
 */
import { WebSocketServer } from 'ws';
import { History } from './storage.mjs';

const { PORT = '5000', DATA = 'data.json', PING = '5' } = process.env;
const ping = Number(PING);
const mostWaiting = 1_048_576; // bytes that a connection has not read yet
const history = new History(DATA);
/** Connections that hold a nickname, in the order of registration. */
const members = [];

class Connection {
  nickname;
  isAlive = true;
  isSlow = false;

  constructor(socket) {
    this.socket = socket;
  }

  /** Never waits, so that everybody sees things happen in one order (P-SEND-4). */
  tell(frame) {
    this.socket.send(JSON.stringify(frame), () => this.socket.resume());
    if (this.socket.bufferedAmount > mostWaiting) this.socket.terminate();
  }

  tellOthers(event) {
    for (const member of members) if (member !== this) member.tell({ type: 'receive', ...event }); // P-EVT-1
  }

  /** Answers one request. The checks stand in the order of P-REQ-6. */
  handle(frame) {
    let request;
    try {
      request = read(frame);
    } catch {
      return this.tell({ status: false, reason: 'WrongFormatJSON' }); // P-REQ-3
    }
    const type = commandOf(request);
    if (!['name', 'get', 'send'].includes(type))
      return this.tell({ type: null, status: false, reason: 'UnknownType' }); // P-REQ-4
    const need = { name: 'name', send: 'content' }[type];
    if (need !== undefined && !Object.hasOwn(request, need))
      return this.tell({ type, status: false, reason: 'NotEnoughKey', need }); // P-REQ-5
    if (type !== 'name' && this.nickname === undefined)
      return this.tell({ type, status: false, reason: 'UnknownRegister' });
    return this[type](request);
  }

  name({ name }) {
    const isNew = this.nickname === undefined;
    const who = isNew ? { name } : { oldname: this.nickname, newname: name };
    const claim = { type: 'name', action: isNew ? 'register' : 'change', ...who };
    if (!isText(name)) return this.tell({ ...claim, status: false, reason: 'WrongFormatName' }); // P-NAME-1
    // P-NAME-3 (`exact`), P-NAME-4, P-NAME-5
    if (members.some(({ nickname }) => nickname === name))
      return this.tell({ ...claim, status: false, reason: 'NameAlreadyUsed' });
    if (isNew) members.push(this);
    this.nickname = name;
    const timestamp = now();
    this.tell({ ...claim, status: true, timestamp });
    this.tellOthers({ datatype: claim.action, ...who, timestamp }); // P-TIME-3
  }

  get() {
    const data = { message: history.messages, online: members.map(({ nickname }) => nickname) }; // P-GET-1
    this.tell({ type: 'get', status: true, name: this.nickname, timestamp: now(), data });
  }

  send({ content }) {
    const name = this.nickname;
    const refused = { type: 'send', username: name, content, status: false };
    if (!isText(content)) return this.tell({ ...refused, reason: 'WrongFormatContent' }); // P-SEND-1
    const message = { name, content, timestamp: now() };
    try {
      history.append(message); // P-SEND-2: the disk first, then the reply
    } catch (error) {
      return this.tell({ ...refused, reason: 'ErrorWhenSend', error: error.code }); // P-SEND-3
    }
    this.tell({ type: 'send', name, content, status: true, timestamp: message.timestamp });
    this.tellOthers({ datatype: 'message', ...message });
  }

  leave() {
    if (this.nickname === undefined) return;
    members.splice(members.indexOf(this), 1);
    this.tellOthers({ datatype: 'leave', name: this.nickname, timestamp: now() }); // P-EVT-2
  }

  beat() {
    if (!this.isAlive && !this.isSlow) return this.socket.terminate(); // P-EVT-4
    this.isAlive = this.isSlow = false;
    this.tell({ type: 'ping', timeout: ping }); // P-EVT-3
    this.socket.ping();
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** P-REQ-1, P-REQ-3. */
function read(frame) {
  const request = JSON.parse(utf8.decode(frame));
  // Throws if what may have to be echoed is nested too deep for that, with levels to spare.
  JSON.stringify([[[[request?.name, request?.content]]]]);
  return request;
}

/** P-REQ-2. JSON.parse makes every key an own property, even `__proto__`. Inherited ones do not count. */
function commandOf(request) {
  if (typeof request !== 'object' || request === null) return undefined;
  return Object.hasOwn(request, 'data') ? request.data : Object.hasOwn(request, 'type') && request.type;
}

/** 1 to 100 code points, which are what a string is spread into, and no lone surrogate. */
function isText(value) {
  if (typeof value !== 'string' || !value.isWellFormed()) return false;
  const { length } = [...value];
  return length >= 1 && length <= 100;
}

/** `22/11/2026 10/0600` (P-TIME-1). */
function now() {
  const date = new Date();
  const two = (value) => String(value).padStart(2, '0');
  const day = [two(date.getDate()), two(date.getMonth() + 1), date.getFullYear()].join('/');
  return `${day} ${two(date.getHours())}/${two(date.getMinutes())}${two(date.getSeconds())}`;
}

const server = new WebSocketServer({ host: '127.0.0.1', port: Number(PORT), maxPayload: 65_536 });
server.on('listening', () => console.log(`listening on ws://127.0.0.1:${server.address().port}/`));
server.on('connection', (socket) => {
  const connection = new Connection(socket);
  const beats = setInterval(() => connection.beat(), ping * 1000);
  socket.on('message', (frame) => {
    connection.handle(frame);
    // A client that does not read is not read either (P-REQ-7), and its pong may be among that.
    connection.isSlow ||= socket.bufferedAmount > 0;
    if (socket.bufferedAmount > 0) socket.pause();
  });
  socket.on('pong', () => {
    connection.isAlive = true;
  });
  socket.on('error', () => {}); // A broken frame. `close` follows.
  socket.on('close', () => {
    clearInterval(beats);
    connection.leave();
  });
});
