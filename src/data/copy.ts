/** The command `data copy`: which histories are meant, and what its user is told. */
import { resolve } from 'node:path';
import { ledgerSettings } from '../hosting/ledger-settings.ts';
import { complete, masked } from '../hosting/settings.ts';
import { StartError } from '../start-error.ts';
import { type Command, misuse, readArgs, type Surroundings } from './command.ts';
import { FileStore, partialOf } from './file-store.ts';
import { Progress } from './progress.ts';
import { RedisStore, type RoomAddress } from './redis-store.ts';
import { Interrupted, type Store } from './store.ts';
import { transfer } from './transfer.ts';

const usage = `Usage: classic-chatbox-server data copy FROM TO [--from-prefix NAME] [--to-prefix NAME] [--json]

Copies a history. FROM and TO are files or Redis: a path, or redis[s]://[user:password@]host:port/db. env:NAME stands
for what is in the environment variable NAME, which keeps a password from other users of this machine.
FROM is never changed, and TO never overwritten. A copy that was interrupted goes on with the same command. At the end,
both are read again and compared. The SHA-256 is that of the messages' JSON, each followed by a newline.

  --from-prefix  FROM's --ledger-prefix, if it is Redis; default: chat
  --to-prefix    TO's --ledger-prefix, if it is Redis; default: chat
  --json         print an object a line for FROM and for TO

Exit code: 0 if TO holds what FROM held when the command began, 1 if not, 2 if the command is wrong.`;

export const copyCommand: Command = { usage, run };

async function run(args: readonly string[], { print, screen, env, signal }: Surroundings): Promise<0 | 1> {
  const { from: source, to: target, isJson } = readOrder(args, env);
  const progress = new Progress(screen, signal);
  const warn = (text: string) => progress.say(`warning: ${text}`);
  const stores: Store[] = [];
  const close = () => {
    for (const store of stores) store.close();
  };
  async function open(address: Address): Promise<Store> {
    const isFile = 'path' in address;
    const store = isFile ? new FileStore(address.path) : await RedisStore.open(address, warn);
    stores.push(store);
    return store;
  }
  // A Redis that hangs must not hold up the end.
  signal.addEventListener('abort', close);
  try {
    const from = await open(source);
    const to = await open(target);
    const { digest, more } = await transfer(from, to, progress);
    const { tornBytes } = from;
    if (tornBytes > 0)
      warn(`a crash has torn ${from.shown}, or a server is writing to it: bytes not copied ${tornBytes}`);
    if (more > 0) warn(`${from.shown} has grown since it was read: messages not copied ${more}`);
    progress.finish();
    const { messages, bytes, sha256 } = digest;
    const figures = `messages ${messages}, bytes ${bytes}, SHA-256 ${sha256}`;
    for (const { shown } of stores)
      print(isJson ? JSON.stringify({ store: shown, messages, bytes, sha256 }) : `${shown}: ${figures}`);
    return 0;
  } catch (error) {
    progress.finish();
    if (!(error instanceof Interrupted)) throw error;
    const why = signal.aborted ? 'interrupted' : error.message;
    throw new StartError('DATA_UNUSABLE', `${why}; the same command goes on where this one has stopped`);
  } finally {
    close();
  }
}

type Address = { path: string } | RoomAddress;
type Order = { from: Address; to: Address; isJson: boolean };

function readOrder(args: readonly string[], env: NodeJS.ProcessEnv): Order {
  const { positionals, values } = readArgs(args, takes, { valued: ['from-prefix', 'to-prefix'] });
  const [from, to, ...rest] = positionals;
  if (from === undefined || to === undefined || rest.length > 0) throw misuse(takes);
  const order = {
    from: readAddress('from', from, values['from-prefix'], env),
    to: readAddress('to', to, values['to-prefix'], env),
    isJson: values.json === true,
  };
  if ('path' in order.from && 'path' in order.to && partialOf(order.to.path) === resolve(order.from.path))
    throw new StartError('CONFIG_INVALID', 'FROM is the unfinished copy for TO: name what it is a copy of');
  return order;
}

const takes = 'data copy takes FROM, TO and their prefixes';

function readAddress(
  side: 'from' | 'to',
  argument: string,
  givenPrefix: string | undefined,
  env: NodeJS.ProcessEnv,
): Address {
  const [, variable] = /^env:(.*)$/.exec(argument) ?? [];
  const place = variable === undefined ? argument : env[variable];
  const [name, flag] = [side.toUpperCase(), `--${side}-prefix`];
  if (!place) {
    const why = variable === undefined ? '' : `: the variable ${variable} is not set`;
    throw new StartError('CONFIG_INVALID', `${name} is empty${why}`);
  }
  if (!/^rediss?:/.test(place)) {
    if (givenPrefix === undefined) return { path: place };
    throw new StartError('CONFIG_INVALID', `${flag} is for Redis, and ${name} is a file`);
  }
  const settings = { url: ledgerSettings.ledger, prefix: ledgerSettings.ledgerPrefix };
  const given = { url: place, prefix: givenPrefix };
  const { prefix } = complete(settings, given, { url: name, prefix: flag });
  return { url: place, prefix, shown: `room ${prefix} at ${masked(place)}` };
}
