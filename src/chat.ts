/**
 * A chat server as a library: call `createChat(options)`, then `listen()` or `attach(server)`, and finally `close()`.
 */
import type { Server } from 'node:http';
import { Intake } from './actors/intake.ts';
import { harmless, type Log, type LogEntry } from './actors/log.ts';
import { startSystem } from './actors/system.ts';
import type { Admit } from './hosting/admit.ts';
import type { Page } from './hosting/files.ts';
import type { Address } from './hosting/http.ts';
import { ratesOf } from './hosting/limits.ts';
import { Operations } from './hosting/operations.ts';
import { type ChatConfig, chatConfig } from './hosting/options.ts';
import { inTurn } from './hosting/pipeline.ts';
import { fixedSettings } from './hosting/reload.ts';
import { type Receiver, Site } from './hosting/site.ts';
import { type Report, Vitals } from './hosting/vitals.ts';
import { type Inspector, startInspector } from './inspect/bridge.ts';
import { FullDisk } from './inspect/faults/full-disk.ts';
import { sharedRoom } from './inspect/shared-room.ts';
import { FileLedger } from './ledger/file-ledger.ts';
import { Doors } from './moderation/doors.ts';
import { programOf } from './moderation/moderation.ts';
import { dataPath, openLedger } from './open-ledger.ts';
import { openModeration } from './open-moderation.ts';
import { formatTimestamp } from './protocol/timestamp.ts';

export { AdmissionError, type Admit, type Admitted } from './hosting/admit.ts';
export type { ChatConfig } from './hosting/options.ts';
export { ModerationError } from './moderation/acts.ts';
export { StartError, type StartErrorCode } from './start-error.ts';
export type { Log, LogEntry, Page };

/** How long peers may take to answer the close frame at shutdown. */
const farewellSeconds = 2;

/** The settings that differ from their defaults, two listeners, and a say on who is let in. */
export type ChatOptions = Partial<ChatConfig> & {
  /** Asked about each WebSocket that the settings would let in. Default: all of them are let in. */
  admit?: Admit;
  /** Called with an entry for each thing that happens. The chat survives if it throws; the process is warned once. */
  log?: Log;
  /** Called when a bug has stopped the room; then the chat should be closed. Default: throws the error, uncaught. */
  onFault?: (error: unknown) => void;
};

export type InspectOptions = {
  /** Port of the inspector; 0 means any free port. Default 5001. */
  port?: number;
  /** Show nicknames and messages unmasked. Default false. */
  withContent?: boolean;
};

export type Chat = {
  /**
   * Listens on `host` and `port`, or on a listening socket that is open already as descriptor `fd`, such as systemd
   * passes. Resolves to the address, `ws://127.0.0.1:5000/`, or `wss://…` with a certificate, or to `ws+unix:` if it is
   * a Unix socket, whose path is known to its opener. Rejects with a StartError.
   */
  listen: (options?: { fd?: number | undefined }) => Promise<string>;
  /**
   * Takes the WebSockets of your HTTP server: all of them, or those of one `path`. Other paths are left to the server's
   * other `upgrade` listeners, or answered 404 if none of them answers within a second. Returns a function that detaches
   * the chat. Throws if the chat is closed.
   */
  attach: (server: Server, options?: { path?: string }) => () => void;
  /** Answers requests for the chat page on your server: `createServer(chat.page)`, `app.use('/chat', chat.page)`. */
  page: Page;
  /**
   * Starts an inspector on this machine until the chat is closed. Resolves to its address with a token,
   * `http://127.0.0.1:5001/?token=…`, which gives access to the actors. Costs time only while somebody watches. Its
   * page can add clients only if `listen()` has resolved before. Rejects with a StartError.
   */
  inspect: (options?: InspectOptions) => Promise<string>;
  /** What a moderator can do, as the host. Each act rejects with a ModerationError. `on` tells every act that was done. */
  readonly moderation: ReturnType<typeof programOf>;
  /** Address of the health checks and metrics, `http://127.0.0.1:9100/`, if there is an `opsPort`. */
  readonly operations: string | undefined;
  /**
   * Takes other settings while the chat runs, and disconnects nobody: limits hold at once, who is let in is decided
   * anew for new connections, and the files of the certificate are read again. What is not given has its default then,
   * as with `createChat`. Returns the names of settings that are different but cannot change now. Throws a StartError if
   * a setting or a file is invalid; then everything stays as it was.
   */
  reconfigure: (options: Partial<ChatConfig>) => string[];
  /**
   * Shuts the chat down: takes no more connections, closes all it has with 1001, spread over `drain` seconds, answers
   * the requests under way, and releases the data file. A server that the chat was attached to stays open.
   */
  close: () => Promise<void>;
};

/**
 * A chat in a worker of the executable, to which the primary brings connections and questions.
 * @internal
 */
export type WorkerChat = Chat & {
  /** Serves what the primary accepts at this address, in place of listening. */
  receive: (address: Address | undefined) => Receiver;
  /** Resolves to what the primary's operations port shows, if there is one. */
  report: () => Promise<Report | undefined>;
  /** Carries out what the primary's operations port was asked to do. */
  perform: Doors['perform'];
};

/**
 * Opens a chat in a worker, which has no operations port of its own.
 * @internal
 */
export function createChat(options: ChatOptions & { isWorker: true }): Promise<WorkerChat>;
/** Opens the data file and starts the room. Rejects with a StartError whose `code` says why that failed. */
export function createChat(options?: ChatOptions): Promise<Chat>;
export async function createChat({
  isWorker = false,
  admit,
  log: hostLog = () => {},
  onFault = (error) => {
    throw error;
  },
  ...options
}: ChatOptions & { isWorker?: boolean } = {}): Promise<WorkerChat> {
  const config = chatConfig(options);
  const vitals = config.opsPort === undefined ? undefined : await Vitals.load();
  const log = harmless((entry) => {
    vitals?.count(entry);
    hostLog(entry);
  });
  const now = () => performance.now();
  const doors = new Doors(config, { log, now });
  const { keys } = doors;
  const site = new Site(config, {
    admit,
    keys,
    objectionTo: (address, moderator) => policy.objectionToAddress(address, moderator),
    log,
    now,
    withActs: doors.inFrontOf,
    countOnline: () => ledger.view({ limit: 0 }).count,
    streamOf: (socket, head) => new Intake(socket, head),
    onOpen: (ws, intake, guest, handshake) =>
      system.admit(ws, intake, guest, inspectors.size > 0 ? handshake() : undefined),
    onRefused: (handshake) => system.turnedAway(handshake),
    onUnasked: (reason) => vitals?.count({ kind: 'rejection', reason }),
  });
  // Before the history is read, which takes a while: whoever asks is told that the chat is starting.
  const operations =
    vitals && !isWorker ? await Operations.start(config, vitals, doors.atOperations, log) : undefined;
  const ledger = await openLedger(config, log).catch(async (error) => {
    await operations?.close();
    throw error;
  });
  const { policy, moderation } = openModeration(config, { ledger, keys, log });
  const system = startSystem({
    policy,
    ledger: vitals?.timed(ledger) ?? ledger,
    limits: { name: config.maxName, content: config.maxContent, comparison: config.nicknameComparison },
    maxBufferedBytes: config.maxBuffered,
    ...ratesOf(config),
    maxGetBytes: config.maxGetBytes,
    pingSeconds: config.pingInterval,
    resumeMs: config.resumeSeconds * 1000,
    stamp: () => formatTimestamp(new Date(), config.dialect),
    now,
    ...(ledger instanceof FileLedger ? {} : { others: [ledger.actor] }),
    isHeld: () => ledger.isHeld,
    log,
    // What the host does then, it does outside of the actors.
    onFault: (error) => void setImmediate(onFault, error),
  });
  vitals?.watch({
    system,
    ledger,
    facts: () => ({ maxDataBytes: config.maxHistory, ...site.facts }),
  });
  await doors.open(moderation, ledger instanceof FileLedger ? dataPath(config) : undefined);
  const moderator = programOf(moderation);
  const inspectors = new Set<Inspector>();
  /** Simulates a full disk for lessons. It wraps the file's writer once there is an inspector. */
  const disk = new FullDisk();
  const place =
    ledger instanceof FileLedger
      ? { disk }
      : { room: sharedRoom(config, () => ledger.view({ limit: 0 }).online) };
  let ending: Promise<void> | undefined;

  function whileOpen(): void {
    if (ending !== undefined) throw new Error('the chat is closed');
  }

  async function end(): Promise<void> {
    vitals?.drain();
    const [code, reason] = [1001, 'the server is closing'] as const;
    site.close();
    await system.drain({ code, reason, seconds: config.drain });
    await site.finish();
    await system.close(code, reason, farewellSeconds);
    await Promise.all(Array.from(inspectors, (inspector) => inspector.close()));
    site.end();
    await doors.close();
    await ledger.close();
    await operations?.close();
  }

  return {
    async listen({ fd } = {}) {
      whileOpen();
      const url = await site.listen(fd);
      if (ending !== undefined) site.close();
      vitals?.opened();
      return url;
    },
    attach(server, { path } = {}) {
      whileOpen();
      vitals?.opened();
      return site.attach(server, path);
    },
    page: inTurn(site.page),
    async inspect({ port = 5001, withContent = false } = {}) {
      whileOpen();
      const { pingInterval: pingSeconds, maxName } = config;
      const shown = { system, chat: site.address, pingSeconds, maxName, moderation: moderator, ...place };
      const inspector = await startInspector({ ...shown, port, withContent, log });
      inspectors.add(inspector);
      if (ledger instanceof FileLedger) ledger.interpose(disk.writerOf);
      if (ending !== undefined) await inspector.close();
      return inspector.url;
    },
    operations: operations?.url,
    moderation: moderator,
    receive(address) {
      vitals?.opened();
      return site.receive(address);
    },
    report: async () => vitals?.report(),
    perform: doors.perform,
    reconfigure(changed) {
      whileOpen();
      const next = chatConfig(changed);
      const changeKeys = keys.prepare(next);
      site.change(next);
      changeKeys();
      system.change({ ...ratesOf(next), maxGetBytes: next.maxGetBytes });
      return fixedSettings(config, next);
    },
    close() {
      ending ??= end();
      return ending;
    },
  };
}
