/**
 * A chat server as a part of a program: `createChat(options)`, then `listen()` or `attach(server)`, and `close()` in
 * the end.
 */
import type { Server } from 'node:http';
import type { Entry, Log } from './actors/log.ts';
import { startSystem } from './actors/system.ts';
import type { Page } from './hosting/files.ts';
import { type Address, createHttpServer, formatAddress, listen, refuseRequest } from './hosting/http.ts';
import { createPage } from './hosting/page.ts';
import { type ChatConfig, chatConfig } from './hosting/settings.ts';
import { Upgrades } from './hosting/upgrades.ts';
import { type Inspector, startInspector } from './inspect/bridge.ts';
import { FullDisk } from './inspect/faults/full-disk.ts';
import { FileLedger } from './ledger/file-ledger.ts';
import { formatTimestamp } from './protocol/timestamp.ts';
import { inWords } from './system-error.ts';

export type { ChatConfig } from './hosting/settings.ts';
export { StartError, type StartErrorCode } from './start-error.ts';
export type { Entry, Log, Page };

/** Seconds that peers have to answer the close frame at the end. */
const farewellSeconds = 2;

/** The settings that differ from their defaults, and who hears what happens. */
export type ChatOptions = Partial<ChatConfig> & {
  /** Takes an entry for each thing that happens. If it throws, the chat goes on, and the process is warned once. */
  log?: Log;
  /** A bug has stopped the room: nothing goes on, and the chat should be closed. Default: throws it, uncaught. */
  onFault?: (error: unknown) => void;
};

export type InspectOptions = {
  /** Port of the inspector; 0 takes any free one. Default 5001. */
  port?: number;
  /** Shows nicknames and messages too. Default false. */
  withContent?: boolean;
};

export type Chat = {
  /** Listens on `host` and `port`; resolves to the address, `ws://127.0.0.1:5000/`. Rejects with a StartError. */
  listen: () => Promise<string>;
  /**
   * Takes WebSockets of an HTTP server of yours: all of them, or those of one `path`; other paths are left to its other
   * `upgrade` listeners, and answered 404 if there are none. Returns how to stop that. Throws on a closed chat.
   */
  attach: (server: Server, options?: { path?: string }) => () => void;
  /** Answers requests for the chat page, for a server of yours: `createServer(chat.page)`, `app.use('/chat', chat.page)`. */
  page: Page;
  /**
   * Shows the actors to whoever knows the address that it resolves to, `http://127.0.0.1:5001/?token=…`, on this machine
   * only, until the chat is closed. Costs while somebody watches. Its page has clients only if `listen()` has resolved
   * before. Rejects with a StartError.
   */
  inspect: (options?: InspectOptions) => Promise<string>;
  /**
   * Ends it: takes no more connections or requests, answers every act taken up, closes all connections with 1001, and
   * lets go of the data file. A server that it was attached to stays open.
   */
  close: () => Promise<void>;
};

/** Opens the data file and starts the room. Rejects with a StartError whose `code` says why it cannot. */
export async function createChat({
  log: hostLog = () => {},
  onFault = rethrow,
  ...options
}: ChatOptions = {}): Promise<Chat> {
  const config = chatConfig(options);
  const log = harmless(hostLog);
  const countOnline = () => ledger.view({ limit: 0 }).count;
  const page = config.page ? createPage({ ...config, countOnline }) : refuseRequest;
  const own = createHttpServer(config.handshakeTimeout, (request, response) => page(request, response));
  const stamp = () => formatTimestamp(new Date(), config.dialect);
  const ledger = await FileLedger.open(config.data, {
    stamp,
    onRepair: (repair) => log({ kind: 'repair', ...repair }),
  });
  const system = startSystem({
    ledger,
    limits: { name: config.maxName, content: config.maxContent, comparison: config.nicknameComparison },
    maxBuffered: config.maxBuffered,
    pingSeconds: config.pingInterval,
    resumeSeconds: config.resumeSeconds,
    stamp,
    now: () => performance.now(),
    log,
    onFault,
  });
  const upgrades = new Upgrades({ maxPayload: config.maxPayload, onOpen: system.admit });
  const inspectors = new Set<Inspector>();
  /** What lessons fill: it stands between the ledger and its file once there is an inspector. */
  const disk = new FullDisk();
  let address: Address | undefined;
  let ending: Promise<void> | undefined;

  function attach(server: Server, { path }: { path?: string } = {}): () => void {
    if (ending !== undefined) throw new Error('the chat is closed');
    return upgrades.attach(server, path);
  }

  async function end(): Promise<void> {
    upgrades.detach();
    own.close();
    own.closeAllConnections();
    await system.close(1001, 'the server is closing', farewellSeconds);
    await Promise.all(Array.from(inspectors, (inspector) => inspector.close()));
    await ledger.close();
  }

  attach(own);
  return {
    async listen() {
      if (ending !== undefined) throw new Error('the chat is closed');
      address = await listen(own, config);
      if (ending !== undefined) own.close();
      return `ws://${formatAddress(address)}/`;
    },
    attach,
    page,
    async inspect({ port = 5001, withContent = false } = {}) {
      if (ending !== undefined) throw new Error('the chat is closed');
      const { pingInterval: pingSeconds, maxName } = config;
      ledger.interpose(disk.writerOf);
      const now = () => Date.now();
      const inspector = await startInspector({
        system,
        port,
        withContent,
        chat: address,
        pingSeconds,
        maxName,
        disk,
        now,
        log,
      });
      inspectors.add(inspector);
      if (ending !== undefined) await inspector.close();
      return inspector.url;
    },
    close() {
      ending ??= end();
      return ending;
    },
  };
}

/** A log that throws is the host's bug, and harms nobody: the first error becomes a warning of the process. */
function harmless(log: Log): Log {
  let hasThrown = false;
  return (entry) => {
    try {
      log(entry);
    } catch (error) {
      if (!hasThrown) process.emitWarning(`the log of a chat throws: ${inWords(error)}`, 'ChatWarning');
      hasThrown = true;
    }
  };
}

function rethrow(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
