/**
 * The inspector's HTTP server, a second one, on loopback only. A watcher is told all live actors with their states, and
 * then what happens among them and on their wires (`told.ts`). The inspector is attached to the actors only while somebody
 * watches, and nothing that goes wrong in it reaches them.
 */
import { randomBytes } from 'node:crypto';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AnyActorRef } from 'xstate';
import { z } from 'zod';
import type { Log } from '../actors/log.ts';
import type { System } from '../actors/system.ts';
import { limitConnections } from '../hosting/descriptors.ts';
import {
  type Address,
  createHttpServer,
  formatAddress,
  listen,
  pathOf,
  type Refusal,
  refuse,
  refuseUpgrade,
} from '../hosting/http.ts';
import { StartError } from '../start-error.ts';
import { holdsToken, isLoopback, isOwn } from './access.ts';
import { Broadcast } from './broadcast.ts';
import { Faults, type FaultsOptions } from './faults/faults.ts';
import type { Outcome } from './faults/orders.ts';
import { createLabPage, isSecret, labFolder } from './page.ts';
import { createRedactor } from './redact.ts';
import { refuseStranger } from './refusal.ts';
import type { SharedRoom } from './shared-room.ts';
import { bytesOf, Watcher, type WatcherLimits } from './watcher.ts';

export const inspectSettings = {
  inspect: z.boolean().default(false).describe('show the actors and their states on a port of this machine'),
  inspectPort: z
    .int()
    .min(0)
    .max(65_535)
    .default(5001)
    .describe('port of the inspector; 0 takes any free one'),
  inspectContent: z.boolean().default(false).describe('show nicknames and messages in the inspector too'),
};

export type InspectorOptions = Partial<WatcherLimits> & {
  system: Pick<System, 'actors' | 'handshakeOf' | 'inspect' | 'queues' | 'tap'>;
  /** Port to listen on; 0 means any free port. */
  port: number;
  /** A loopback address. Default `127.0.0.1`. */
  host?: string;
  /** The token that a request must have in its query. Default a random one. */
  token?: string;
  /** Shows nicknames and messages as they are. Default false. */
  withContent?: boolean;
  /** The address of the chat, to which the inspector's page may connect. */
  chat?: (Address & { isSecure?: boolean }) | undefined;
  /** Seconds from one ping of the chat to the next, and most code points of a nickname, for the lessons. */
  pingSeconds: number;
  maxName: number;
  /** The disk that a lesson can fill, if the room is on it. */
  disk?: FaultsOptions['disk'] | undefined;
  /** Carries out what a lesson has the host do. */
  moderation?: FaultsOptions['moderation'];
  /** The room, if several processes share it. */
  room?: SharedRoom | undefined;
  /** Folder of the inspector's page. Default the one into which the lab is built. */
  folder?: string;
  /** Milliseconds from one tick to the next. Default 100. */
  tickMs?: number;
  /** The time in milliseconds since 1970. Default the system's. */
  now?: () => number;
  log: Log;
};

export type Inspector = {
  /** `http://127.0.0.1:5001/?token=…`; the events are at `ws://127.0.0.1:5001/events?token=…`. */
  url: string;
  /** Closes the server and the connection of every watcher. */
  close: () => Promise<void>;
};

/** How long a handshake may take, in seconds. */
const handshakeSeconds = 10;
/** Most watchers at a time, since each costs the chat something. One that does not answer a close frame counts, too. */
const maxWatchers = 8;
/** Most connections, those of watchers and of pages that are being loaded. */
const maxConnections = 64;

const strange: Refusal = {
  status: 403,
  text: 'This is not allowed.',
};
const unknown: Refusal = { status: 404, text: 'There is no WebSocket at this path.' };
const full: Refusal = { status: 503, text: `There are ${maxWatchers} watchers already.` };

/** Starts listening. Rejects with a StartError. */
export async function startInspector({
  system,
  port,
  host = '127.0.0.1',
  token = randomBytes(16).toString('base64url'),
  withContent = false,
  chat,
  pingSeconds,
  maxName,
  disk,
  moderation,
  room,
  folder = labFolder,
  eventsPerTick = 200,
  framesPerTick = 50,
  maxBufferedBytes = 4 * 1024 * 1024,
  tickMs = 100,
  now = Date.now,
  log,
}: InspectorOptions): Promise<Inspector> {
  if (!isLoopback(host))
    throw new StartError('CONFIG_INVALID', `the inspector listens on loopback only, not on ${host}`);
  const redactor = createRedactor({ withContent, now, elapsed: () => performance.now() });
  const chatUrl = urlOf(chat, reachable);
  const page = createLabPage(folder, {
    chat: urlOf(chat, named),
    pingSeconds,
    process: room?.process,
  });
  const onFault = (error: unknown) => log({ kind: 'error', connection: undefined, error });
  const broadcast = new Broadcast({ system, room, redactor, tickMs, onFault });
  let address = { host, port };

  function watch(ws: WebSocket): void {
    const leave = () => {
      broadcast.remove(watcher);
      faults.end();
    };
    const giveUp = (code: number, reason: string) => {
      leave();
      ws.close(code, reason);
    };
    const onOverflow = () => giveUp(1013, 'too slow');
    const take = (order: string) => {
      if (!broadcast.has(watcher)) return;
      if (watcher.mayOrder()) faults.take(order);
      else giveUp(1008, 'too many orders');
    };
    const actors = system.actors();
    const limits = { eventsPerTick, framesPerTick, maxBufferedBytes };
    const { handshakeOf } = system;
    const watcher = new Watcher(ws, { redactor, actors, handshakeOf, onOverflow, ...limits });
    const tell = (outcome: Outcome) => watcher.send(bytesOf(outcome));
    const faults = new Faults({ chatUrl, maxName, disk, moderation, hang: room?.hang, sessionOf, tell });
    ws.on('error', () => {}).on('close', leave);
    ws.on('message', (data) => broadcast.guarded(() => take(`${data}`)));
    broadcast.add(watcher);
  }

  function sessionOf(nickname: string): string | undefined {
    const isIt = (actor: AnyActorRef) => actor.getSnapshot().context?.nickname === nickname;
    return system.actors().find(isIt)?.sessionId;
  }

  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1024 });
  const server = createHttpServer(handshakeSeconds, (request, response) => {
    if (!isOwn(request, address.port)) refuse(response, strange);
    else if (isSecret(request) && !holdsToken(request, token)) refuseStranger(response);
    else page(request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    const path = pathOf(request.url);
    if (socket.destroyed) return;
    if (!isOwn(request, address.port) || !holdsToken(request, token)) refuseUpgrade(socket, strange);
    else if (path !== '/events') refuseUpgrade(socket, unknown);
    else if (sockets.clients.size >= maxWatchers) refuseUpgrade(socket, full);
    else sockets.handleUpgrade(request, socket, head, watch);
  });
  address = await listen(server, address);
  limitConnections(server, log, maxConnections);

  return {
    url: `http://${formatAddress(address)}/?token=${token}`,
    close() {
      broadcast.close();
      for (const ws of sockets.clients) {
        ws.close(1001, 'the server is closing');
        // Once the close frame is on its way; nobody waits for its answer.
        setImmediate(() => ws.terminate());
      }
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** A server that listens on every address is found on loopback too, and nobody connects to an address of zeros. */
const reachable = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** The policy of a page takes no IPv6 address (CSP 3 §2.3.1), but a name; a browser knows both addresses of this one. */
const named = new Map([...reachable, ['::', 'localhost'], ['::1', 'localhost']]);

/** The chat's address, under another host if that one is of no use. */
const urlOf = (chat: InspectorOptions['chat'], hosts: Map<string, string>) =>
  chat &&
  `${chat.isSecure ? 'wss' : 'ws'}://${formatAddress({ ...chat, host: hosts.get(chat.host) ?? chat.host })}/`;
