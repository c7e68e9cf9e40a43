import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Guest } from '../../src/actors/guest.ts';
import { Intake } from '../../src/actors/intake.ts';
import type { LogEntry } from '../../src/actors/log.ts';
import { type System, type SystemOptions, startSystem } from '../../src/actors/system.ts';
import { peerOf } from '../../src/hosting/address.ts';
import { FileLedger } from '../../src/ledger/file-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { Policy } from '../../src/moderation/policy.ts';
import { formatTimestamp } from '../../src/protocol/timestamp.ts';
import { Gate } from './gate.ts';
import { recordFailure } from './recording.ts';
import { newFolder } from './server.ts';
import { SharedLedger, SharedLog } from './shared-log.ts';
import { newInspector } from './watcher.ts';

/** A connection from this address, with no limit of its own. */
export const guest = (address = '127.0.0.1'): Guest => ({
  peer: peerOf(address),
  registerMs: 0,
  leave: () => {},
});

/** The server's end of a connection. */
export type End = { ws: WebSocket; intake: Intake; socket: Socket };

export type TestSystem = {
  system: System;
  ledgers: readonly Ledger[];
  url: string;
  server: Server;
  entries: LogEntry[];
  faults: unknown[];
  /** The server's ends in order of admission: `c1` is the first. */
  ends: End[];
  close: () => Promise<void>;
};

type Options = Partial<SystemOptions> & {
  /** Wraps the file ledger. */
  wrap?: (ledger: Ledger, dataFile: string) => Ledger;
  /** How long a peer may take for a message. */
  messageMs?: number;
};

const stamp = () => formatTimestamp(new Date(), 'documented');

/** The default options of a system in tests, whose ledger is this one. */
function defaults(ledger: Ledger, entries: LogEntry[], faults: unknown[]) {
  const policy = new Policy({
    rules: () => ledger.rules,
    comparison: 'nickname',
    moderatorOf: () => undefined,
    govern: (edit) => void ledger.act({ type: 'govern', edit }).catch((error) => faults.push(error)),
  });
  return {
    ledger,
    policy,
    limits: { name: 100, content: 100, comparison: 'nickname' },
    maxBufferedBytes: 1_048_576,
    rates: {},
    localRates: {},
    maxGetBytes: 64 * 1_048_576,
    pingSeconds: 3600,
    resumeMs: 3_600_000,
    stamp,
    now: () => performance.now(),
    log: (entry: LogEntry) => void entries.push(entry),
    onFault: (error: unknown) => void faults.push(error),
  } as const;
}

/** Starts the actors with real sockets and a real file, and access to their insides. Stopped after the test. */
export async function newSystem({
  wrap = (ledger) => ledger,
  messageMs = 10_000,
  ...options
}: Options = {}): Promise<TestSystem> {
  const dataFile = join(await newFolder(), 'data.json');
  const ledger = await FileLedger.open(dataFile, { stamp });
  const entries: LogEntry[] = [];
  const faults: unknown[] = [];
  const ends: End[] = [];
  const wrapped = wrap(ledger, dataFile);
  const system = startSystem({ ...defaults(wrapped, entries, faults), ...options });
  const onEnd = (end: End) => {
    ends.push(end);
    system.admit(end.ws, end.intake, guest());
  };
  const { url, server, stop } = await newUpgrader(onEnd, { autoPong: false }, { messageMs });
  let ending: Promise<void> | undefined;
  const close = () => {
    stop();
    ending ??= system.close(1001, 'the server is closing', 2).then(() => ledger.close());
    return ending;
  };
  onTestFinished(close);
  await recordFailure(async () => (await newInspector(system, { withContent: true })).url);
  return { system, ledgers: [wrapped], url, server, entries, faults, ends, close };
}

export type Processes = {
  /** An address at which each connection is given to the next process. */
  url: string;
  /** The addresses of the processes. */
  urls: string[];
  systems: System[];
  ledgers: readonly Ledger[];
  faults: unknown[];
  close: () => Promise<void>;
};

/** The ledgers of two processes on one log in memory. */
export function newSharedLedgers(random?: () => number): [SharedLedger, SharedLedger] {
  const log = new SharedLog(stamp, random);
  return [new SharedLedger(log), new SharedLedger(log)];
}

/** Starts the actors of processes whose ledgers share one order. */
export async function newProcesses(ledgers: readonly Ledger[]): Promise<Processes> {
  const faults: unknown[] = [];
  const systems = ledgers.map((ledger) => startSystem(defaults(ledger, [], faults)));
  const admit = (at: number, { ws, intake }: End) => systems[at]?.admit(ws, intake, guest());
  let admitted = 0;
  const options = { autoPong: false, maxPayload: 65_536 };
  const both = await newUpgrader((end) => admit(admitted++ % systems.length, end), options);
  const each = await Promise.all(systems.map((_, at) => newUpgrader((end) => admit(at, end), options)));
  let ending: Promise<unknown> | undefined;
  const close = async () => {
    for (const { stop } of [both, ...each]) stop();
    ending ??= Promise.all(systems.map((system) => system.close(1001, 'the server is closing', 2)));
    await ending;
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  };
  onTestFinished(close);
  return { url: both.url, urls: each.map(({ url }) => url), systems, ledgers, faults, close };
}

/** Starts a system whose commits can be blocked. */
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

/** Lets everything through at once. */
export function openWide(intake: Intake): void {
  const onPiece = () => {
    while (intake.next !== undefined) intake.pass();
  };
  intake.open({ onPiece, onPaused: () => {}, onClosing: () => {}, onStalled: () => {} });
}

type Upgrader = { url: string; server: Server; stop: () => void };

/** Starts an HTTP server that accepts WebSockets, as src/chat.ts does. */
export async function newUpgrader(
  onEnd: (end: End) => void,
  options: ServerOptions = {},
  limits: { messageMs?: number } = {},
): Promise<Upgrader> {
  const server = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    ...options,
  });
  server.on('upgrade', (request, socket, head) => {
    const intake = new Intake(socket, head, limits);
    sockets.handleUpgrade(request, intake, Buffer.of(), (ws) =>
      onEnd({ ws, intake, socket: socket as Socket }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  onTestFinished(stop);
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, server, stop };
}
