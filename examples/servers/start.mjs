/**
 * A chat server to finish. It takes connections and says nothing. docs/protocol.md has the rules that are named here.
 * Needs Node 20 or newer and the library ws.
 * The environment sets PORT, DATA (the file of the history) and PING (seconds between two pings).
 */
import { WebSocketServer } from 'ws';
import { History } from './storage.mjs';

const { PORT = '5000', DATA = 'data.json', PING = '5' } = process.env;
const ping = Number(PING);
/** `history.messages`; `history.append(message)` returns when the message is stored. */
const history = new History(DATA);
/** Connections that hold a nickname, in the order of registration. */
const members = [];

class Connection {
  nickname;

  constructor(socket) {
    this.socket = socket;
  }

  /** Sends a frame: `this.tell({ type: 'ping', timeout: 5 })`. */
  tell(frame) {
    this.socket.send(JSON.stringify(frame), () => this.socket.resume());
  }

  tellOthers(event) {
    // P-EVT-1: every member except this one gets {"type":"receive", …}.
  }

  /** Answers one frame, given as its bytes, whether it was text or binary (P-REQ-1). */
  handle(frame) {
    // P-REQ-3: what is not JSON, or not UTF-8, is WrongFormatJSON.
    // P-REQ-2: the command is the value of `data`, or of `type` if there is no `data`. Only own keys count.
    // P-REQ-4: without a known command: UnknownType.
    // P-REQ-5: without the key that the command needs: NotEnoughKey.
    // P-REQ-6: these checks come in this order, then UnknownRegister, then what `name`, `get` and `send` check.
  }

  name(request) {
    // P-NAME-1: 1 to 100 code points, and no lone surrogate (`isWellFormed`), or WrongFormatName.
    // P-NAME-2 to P-NAME-5: a nickname in use is NameAlreadyUsed, also one's own.
    // P-NAME-3: in the comparison `exact`, nicknames are the same if they have the same code points.
    // The reply, then the event for the others, with the same timestamp (P-EVT-1, P-TIME-1, P-TIME-3).
  }

  get(request) {
    // P-GET-1: the whole history, and who is online, in the order of registration.
  }

  send(request) {
    // P-SEND-1: 1 to 100 code points, and no lone surrogate, or WrongFormatContent.
    // P-SEND-2: first the history, then the reply, then the event for the others.
    // P-SEND-3: `history.append` throws if the disk is full: ErrorWhenSend.
  }

  leave() {
    // P-EVT-2: a member that is gone leaves, once.
  }

  beat() {
    // P-EVT-3: {"type":"ping", …} to everybody.
    // P-EVT-4: `this.socket.ping()`, too. Without a `pong` by the next beat: `this.socket.terminate()`.
  }
}

const server = new WebSocketServer({ host: '127.0.0.1', port: Number(PORT), maxPayload: 65_536 });
server.on('listening', () => console.log(`listening on ws://127.0.0.1:${server.address().port}/`));
server.on('connection', (socket) => {
  const connection = new Connection(socket);
  const beats = setInterval(() => connection.beat(), ping * 1000);
  socket.on('message', (frame) => {
    connection.handle(frame);
    if (socket.bufferedAmount > 0) socket.pause(); // A client that does not read is not read either (P-REQ-7).
  });
  socket.on('error', () => {}); // A broken frame. `close` follows.
  socket.on('close', () => {
    clearInterval(beats);
    connection.leave();
  });
});
