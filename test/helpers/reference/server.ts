import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { toJson } from '../../../src/protocol/json.ts';
import { nicknameKey } from '../../../src/protocol/nickname.ts';
import { events, type Message, replies } from '../../../src/protocol/replies.ts';
import { countCodePoints } from '../../../src/protocol/text.ts';
import { type Dialect, formatTimestamp } from '../../../src/protocol/timestamp.ts';
import {
  type AskedWindow,
  askedWindow,
  isWindow,
  spanOf,
  windowFault,
} from '../../../src/protocol/window.ts';

/** One connection, and the nickname that it holds. */
export class Peer {
  readonly socket: WebSocket;
  nickname: string | undefined;
  isAlive = true;

  constructor(socket: WebSocket) {
    this.socket = socket;
  }
}

type Check = 'checkKey' | 'checkMember' | 'checkForm' | 'checkUse';
type Command = 'name' | 'get' | 'send';
export type Request = { readonly [Key in string]?: unknown };
export type Frame = { readonly [Key in string]?: unknown };

const commands: readonly unknown[] = ['name', 'get', 'send'];
const isCommand = (value: unknown): value is Command => commands.includes(value);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A server that keeps the contract with as little as possible, for tests of `check`. Its history is in memory. Each
 * method is something that a mutant does differently.
 */
export class ReferenceServer {
  readonly peers = new Set<Peer>();
  /** Those that hold a nickname, in the order of registration. */
  readonly members: Peer[] = [];
  readonly history: Message[] = [];
  dialect: Dialect = 'documented';
  /** Seconds between two pings. */
  interval = 0.2;
  /** In the order of P-REQ-6. Each gives the reply with which it refuses a request. */
  checks: readonly Check[] = ['checkKey', 'checkMember', 'checkForm', 'checkUse'];
  #server: WebSocketServer | undefined;
  #beats: NodeJS.Timeout | undefined;

  /** Resolves to the address. */
  async listen(): Promise<string> {
    this.#server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 65_536 });
    this.#server.on('connection', (socket) => this.connect(new Peer(socket)));
    await once(this.#server, 'listening');
    this.#beats = setInterval(() => this.beat(), this.interval * 1000);
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): void {
    clearInterval(this.#beats);
    this.#server?.close();
    for (const { socket } of this.peers) socket.terminate();
  }

  connect(peer: Peer): void {
    this.peers.add(peer);
    peer.socket.on('message', (bytes: Buffer, isBinary) => this.receive(peer, bytes, isBinary));
    peer.socket.on('pong', () => {
      peer.isAlive = true;
    });
    peer.socket.on('error', () => {
      // A broken frame. The socket closes.
    });
    peer.socket.on('close', (code) => {
      this.peers.delete(peer);
      this.leave(peer, code);
    });
  }

  receive(peer: Peer, bytes: Buffer, isBinary: boolean): void {
    let value: unknown;
    try {
      value = this.parse(this.textOf(bytes, isBinary));
    } catch {
      this.refuseText(peer);
      return;
    }
    const type = this.commandOf(value);
    if (isCommand(type)) this.answer(peer, type, value as Request);
    else this.tell(peer, replies.unknownType());
  }

  textOf(bytes: Buffer, _isBinary: boolean): string {
    return utf8.decode(bytes);
  }

  parse(text: string): unknown {
    return JSON.parse(text);
  }

  refuseText(peer: Peer): void {
    this.tell(peer, replies.wrongFormatJson());
  }

  commandOf(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return undefined;
    const key = Object.hasOwn(value, 'data') ? 'data' : 'type';
    return Object.hasOwn(value, key) ? value[key as never] : undefined;
  }

  answer(peer: Peer, type: Command, request: Request): void {
    for (const check of this.checks) {
      const refusal = this[check](peer, type, request);
      if (refusal !== undefined) {
        this.tell(peer, refusal);
        return;
      }
    }
    this[type](peer, request);
  }

  checkKey(_: Peer, type: Command, request: Request): Frame | undefined {
    if (type === 'name' && !Object.hasOwn(request, 'name')) return replies.notEnoughKey(type, 'name');
    if (type === 'send' && !Object.hasOwn(request, 'content')) return replies.notEnoughKey(type, 'content');
    return undefined;
  }

  checkMember(peer: Peer, type: Command): Frame | undefined {
    return type === 'name' || peer.nickname !== undefined ? undefined : replies.unknownRegister(type);
  }

  checkForm(peer: Peer, type: Command, { name, content }: Request): Frame | undefined {
    if (type === 'name' && !this.isNickname(name))
      return replies.nameRefused({ oldname: peer.nickname, nickname: name });
    if (type === 'send' && !this.isContent(content)) return replies.sendRefused(`${peer.nickname}`, content);
    return undefined;
  }

  checkUse(peer: Peer, type: Command, { name }: Request): Frame | undefined {
    const isTaken = type === 'name' && this.isTaken(peer, `${name}`);
    return isTaken ? replies.nameTaken({ oldname: peer.nickname, nickname: name }) : undefined;
  }

  isNickname(value: unknown): boolean {
    return this.isText(value, 100) && this.keyOf(value) !== '';
  }

  isContent(value: unknown): boolean {
    return this.isText(value, this.dialect === 'documented' ? 100 : 4000);
  }

  isText(value: unknown, most: number): value is string {
    if (typeof value !== 'string' || !value.isWellFormed()) return false;
    const length = this.lengthOf(value);
    return length >= 1 && length <= most;
  }

  lengthOf(text: string): number {
    return countCodePoints(text);
  }

  keyOf(nickname: string): string {
    return nicknameKey(nickname, 'nickname');
  }

  isTaken(peer: Peer, nickname: string): boolean {
    const key = this.keyOf(nickname);
    return this.members.some((member) =>
      member === peer ? member.nickname === nickname : this.keyOf(`${member.nickname}`) === key,
    );
  }

  name(peer: Peer, request: Request): void {
    const [oldname, nickname, timestamp] = [peer.nickname, `${request['name']}`, this.timestamp()];
    this.hold(peer, nickname);
    this.tell(peer, replies.named({ oldname, nickname }, timestamp));
    const isNew = oldname === undefined;
    this.tellOthers(
      peer,
      isNew ? events.registered(nickname, timestamp) : events.changed(oldname, nickname, timestamp),
    );
  }

  hold(peer: Peer, nickname: string): void {
    peer.nickname = nickname;
    if (!this.members.includes(peer)) this.members.push(peer);
  }

  get(peer: Peer, request: Request): void {
    const [name, asked] = [`${peer.nickname}`, askedWindow(request)];
    if (asked !== undefined && !isWindow(asked)) {
      this.tell(peer, replies.getFailed(name, `${windowFault(asked)} is not a non-negative safe integer`));
      return;
    }
    const { message, ...place } = this.messages(asked);
    const data = { message, online: this.online(), ...place };
    this.tell(peer, { type: 'get', status: true, name, timestamp: this.timestamp(), data });
  }

  /** The parts of `data` that show the history. */
  messages(asked: AskedWindow | undefined): Frame {
    if (asked === undefined || !isWindow(asked)) return { message: this.history };
    const { first, end } = spanOf(asked, this.history.length);
    return { message: this.history.slice(first, end), total: this.history.length, first };
  }

  online(): string[] {
    return this.members.map(({ nickname }) => `${nickname}`);
  }

  send(peer: Peer, { content }: Request): void {
    const message = { name: `${peer.nickname}`, content: `${content}`, timestamp: this.timestamp() };
    this.history.push(message);
    this.tell(peer, replies.sent(message));
    this.tellOthers(peer, events.message(message));
  }

  leave(peer: Peer, _code: number): void {
    const { nickname } = peer;
    if (nickname === undefined) return;
    this.members.splice(this.members.indexOf(peer), 1);
    this.tellOthers(peer, events.left(nickname, this.timestamp()));
  }

  beat(): void {
    for (const peer of this.peers)
      if (peer.isAlive) this.ping(peer);
      else peer.socket.terminate();
  }

  ping(peer: Peer): void {
    peer.isAlive = false;
    this.tell(peer, events.ping(this.interval));
    peer.socket.ping();
  }

  timestamp(): string {
    return formatTimestamp(new Date(), this.dialect);
  }

  tellOthers(peer: Peer, event: Frame): void {
    for (const other of this.members) if (other !== peer) this.tell(other, event);
  }

  tell(peer: Peer, frame: Frame): void {
    peer.socket.send(toJson(frame));
  }
}
