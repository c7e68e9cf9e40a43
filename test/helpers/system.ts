import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Entry } from '../../src/actors/log.ts';
import { type System, type SystemOptions, startSystem } from '../../src/actors/system.ts';
import { FileLedger } from '../../src/ledger/file-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { formatTimestamp } from '../../src/protocol/timestamp.ts';
import { Gate } from './gate.ts';
import { recordFailure } from './recording.ts';
import { newFolder } from './server.ts';
import { newInspector } from './watcher.ts';

/** The server's end of a connection. */
export type End = { ws: WebSocket; socket: Socket };

export type TestSystem = {
  system: System;
  url: string;
  server: Server;
  entries: Entry[];
  faults: unknown[];
  /** The server's ends, in the order of admission: `c1` is the first. */
  ends: End[];
  close: () => Promise<void>;
};

type Options = Partial<SystemOptions> & {
  /** Makes of the ledger on a file the one that is used. */
  wrap?: (ledger: Ledger, dataFile: string) => Ledger;
};

/** The actors on real sockets and a real file, with their insides in reach; stopped after the test. */
export async function newSystem({
  wrap = (ledger) => ledger,
  ...options
}: Options = {}): Promise<TestSystem> {
  const dataFile = join(await newFolder(), 'data.json');
  const stamp = () => formatTimestamp(new Date(), 'documented');
  const ledger = await FileLedger.open(dataFile, { stamp });
  const entries: Entry[] = [];
  const faults: unknown[] = [];
  const ends: End[] = [];
  const system = startSystem({
    ledger: wrap(ledger, dataFile),
    limits: { name: 100, content: 100, comparison: 'nickname' },
    maxBuffered: 1_048_576,
    pingSeconds: 3600,
    resumeSeconds: 10,
    stamp,
    now: () => performance.now(),
    log: (entry) => void entries.push(entry),
    onFault: (error) => void faults.push(error),
    ...options,
  });
  const onEnd = (end: End) => {
    ends.push(end);
    system.admit(end.ws, end.socket, '127.0.0.1');
  };
  const { url, server, stop } = await newUpgrader(onEnd, { autoPong: false });
  let ending: Promise<void> | undefined;
  const close = () => {
    stop();
    ending ??= system.close(1001, 'the server is closing', 2).then(() => ledger.close());
    return ending;
  };
  onTestFinished(close);
  await recordFailure(async () => (await newInspector(system, { withContent: true })).url);
  return { system, url, server, entries, faults, ends, close };
}

/** A system whose commits can be held back. */
export async function newGatedSystem(options: Options = {}): Promise<TestSystem & { gate: Gate }> {
  const gates: Gate[] = [];
  const wrap = (ledger: Ledger) => {
    const made = new Gate(ledger);
    gates.push(made);
    return made;
  };
  const system = await newSystem({ ...options, wrap });
  const [gate] = gates;
  if (gate === undefined) throw new Error('no ledger was made');
  onTestFinished(() => gate.release());
  return { ...system, gate };
}

type Upgrader = { url: string; server: Server; stop: () => void };

/** An HTTP server that makes WebSockets, as src/chat.ts does. */
export async function newUpgrader(onEnd: (end: End) => void, options: ServerOptions = {}): Promise<Upgrader> {
  const server = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    ...options,
  });
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (ws) => onEnd({ ws, socket: socket as Socket })),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  onTestFinished(stop);
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, server, stop };
}
