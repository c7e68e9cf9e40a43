/** The faults that the page can cause, and the checks of what must come of each. */
import type { Obstacle } from '../../src/inspect/faults/orders.ts';
import type { ToldSnapshot } from '../../src/inspect/told.ts';
import type { Lab, LabOptions } from './lab.ts';
import { leafOf } from './leaf.ts';
import type { Link } from './link.ts';
import { hang, openPeer, type Peer, setFull, stateOf } from './peers.ts';
import { isPing, isReply, objectIn } from './rules.ts';
import type { Client } from './sockets.ts';

export type Result = 'waiting' | 'met' | 'failed';
export const faultNames = [
  'claims',
  'flood',
  'halfOpen',
  'slow',
  'disk',
  'kill',
  'comeBack',
  'moderator',
  'hang',
] as const;
export type FaultName = (typeof faultNames)[number];
/** How a connection ended, where it may end in more than one way. */
export type Outcome = 'tooSlow' | 'missedPing';
/** Why a fault cannot be caused here. */
export type Hindrance = 'inRedis' | 'inFile' | Obstacle;
/** A message that a fault leaves in the history: the beginning of its author's nickname, and what it says. */
type Remaining = { author: string; content: string };
const left = {
  disk: { author: 'Writer', content: 'two' },
  kill: { author: 'Victim', content: 'one' },
  moderator: { author: 'Talker', content: 'again' },
} as const;
export const remains: Partial<Record<FaultName, Remaining>> = left;
/** Reports on a check, by its index in `words.faults[name].checks`. A number: after so many seconds. */
type Report = (check: number, isMet: boolean, outcome?: Outcome | number) => void;

const floodLength = 500;
const talkersWanted = 6;
/** Longer than any fault lasts, in seconds. */
const rareBeatSeconds = 30;
/** Milliseconds that a state stays so that people can see it. */
const lookTime = 1000;
/** Milliseconds that the preparations of a hang may take, and the way back from it. */
const recoveryMs = 60_000;
/** How often a connection is tried that may come to another process. */
const mostAttempts = 20;
/** Clients of the last run: they are closed at its end, and shown until the next one. */
let opened: Client[] = [];
/** Tells the nicknames of this page from those of other labs. */
const mark = Math.random().toString(36).slice(2, 6);
let runs = 0;
/** A nickname that nobody holds. */
const unused = (what: string) => `${what} ${mark}${++runs}`;

type Stage = {
  lab: Lab;
  link: Link;
  report: Report;
  /** Opens a client of the page, and registers it if there is a nickname. */
  open: (nickname?: string) => Promise<Client>;
  /** Opens and registers a peer of the inspector, and chooses its connection. */
  newPeer: (nickname: string, isResumable?: boolean) => Promise<Peer>;
  /** Opens a peer that comes back for the nickname of another one, and chooses its connection. */
  comeBack: (lost: Peer) => Promise<Peer>;
};

/** The full disk is one of the file that keeps the room; a process that hangs needs others that go on with the room. */
export function hindranceOf(name: FaultName, { process }: LabOptions): Hindrance | undefined {
  if (name === 'disk') return process && 'inRedis';
  if (name !== 'hang') return undefined;
  return process === undefined ? 'inFile' : process.obstacle;
}

export async function runFault(name: FaultName, lab: Lab, report: Report): Promise<void> {
  const { link } = lab;
  if (link === undefined) throw new Error('there is no server');
  for (const { id } of opened) lab.removeClient(id);
  opened = [];
  const peers: Peer[] = [];
  const open = async (nickname?: string) => {
    const client = await lab.addClient();
    if (client === undefined) throw new Error('there is no chat to connect to');
    opened.push(client);
    if (nickname !== undefined) await client.ask({ data: 'name', name: nickname });
    return client;
  };
  const chosen = (peer: Peer) => {
    peers.push(peer);
    if (peer.session !== undefined) lab.choose(peer.session);
    return peer;
  };
  const newPeer = async (nickname: string, isResumable = false) =>
    chosen(await openPeer(link, { do: 'open', nickname, isResumable }));
  const comeBack = async ({ name: lost }: Peer) => chosen(await openPeer(link, { do: 'comeBack', lost }));
  try {
    await scripts[name]({ lab, link, report, open, newPeer, comeBack });
  } finally {
    for (const client of opened) client.close();
    for (const peer of peers) peer.close();
  }
}

const isEvent = (kind: string, name: string) => (text: string) => {
  const { datatype, name: whose } = objectIn(text);
  return datatype === kind && whose === name;
};

/** Milliseconds within which two beats come, even late ones. */
const twoBeats = (lab: Lab) => lab.options.pingSeconds * 2000 + 10_000;

const nextBeat = (client: Client, lab: Lab) => client.next(isPing, twoBeats(lab));

/** Collects the pings that a client gets from now on. */
function beatsOf(client: Client): string[] {
  const beats: string[] = [];
  client.listen((text) => {
    if (isPing(text)) beats.push(text);
  });
  return beats;
}

/** Collects the kinds of event that a witness is told of somebody from now on. */
function seenOf(name: string, witness: Client): string[] {
  const seen: string[] = [];
  witness.listen((text) => {
    const { type, datatype, name: whose } = objectIn(text);
    if (type === 'receive' && whose === name) seen.push(`${datatype}`);
  });
  return seen;
}

/** Where several processes share the chat's port, not every connection comes to the one that is shown. */
async function openHere(lab: Lab, open: Stage['open']): Promise<Client> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const client = await open();
    if (lab.world.clients.get(client.id)?.session !== undefined) return client;
  }
  throw new Error('the connections go to other processes');
}

const scripts: Record<FaultName, (stage: Stage) => Promise<void>> = {
  async claims({ open, report }) {
    const [one, other] = [await open(), await open()];
    const request = { data: 'name', name: unused('Twin') };
    const replies = await Promise.all([one.ask(request), other.ask(request)]);
    report(
      0,
      replies.every(({ status }) => typeof status === 'boolean'),
    );
    report(1, replies.filter(({ status }) => status === true).length === 1);
    report(2, replies.filter(({ reason }) => reason === 'NameAlreadyUsed').length === 1);
  },

  async flood({ open, report }) {
    const [one, other] = [await open(), await open()];
    const got: unknown[] = [];
    const last = new Promise<void>((resolve) => {
      one.listen((text) => {
        if (!isReply(text)) return;
        got.push(objectIn(text)['name']);
        if (got.length === floodLength) resolve();
      });
    });
    for (let number = 0; number < floodLength; number++)
      one.say(JSON.stringify({ data: 'name', name: number }));
    const { status } = await other.ask({ data: 'name', name: unused('Bystander') });
    report(3, status === true);
    await Promise.race([last, one.closed]);
    // A second reply to one of them would come before the reply to one more request.
    await one.ask({ data: 'flood is over' });
    report(0, got.length === floodLength + 1);
    report(
      1,
      got.slice(0, floodLength).every((name, index) => name === index),
    );
    report(2, one.isOpen);
  },

  async halfOpen({ lab, open, newPeer, report }) {
    const name = unused('Silent');
    const [witness, rival] = [await open(unused('Witness')), await open()];
    const peer = await newPeer(name);
    const isAnswered = async () => (await witness.ask({ data: 'get', limit: 0 }))['status'] === true;
    const seen = seenOf(name, witness);
    // Right after a beat, so that the next one is a whole interval away.
    await nextBeat(witness, lab);
    await peer.do('hush');
    const beats = beatsOf(witness);
    const leave = witness.next(isEvent('leave', name), twoBeats(lab));
    const { reason } = await rival.ask({ data: 'name', name });
    report(0, reason === 'NameAlreadyUsed');
    const wasAnswered = await isAnswered();
    await leave;
    const beatsUntilLeave = beats.length;
    const { status } = await rival.ask({ data: 'name', name });
    report(2, status === true);
    report(3, wasAnswered && (await isAnswered()));
    report(1, beatsUntilLeave <= 2 && seen.filter((type) => type === 'leave').length === 1);
  },

  async slow({ lab, open, newPeer, report }) {
    // It does not register, so it hears nothing of the noise.
    const bystander = await open();
    const talkers: Peer[] = [];
    while (talkers.length < talkersWanted) talkers.push(await newPeer(unused('Chatterbox')));
    const reader = await newPeer(unused('Sipper'));
    // A ping waits behind everything that the reader has not read. Frequent beats may end it before the limit does.
    if (lab.options.pingSeconds < rareBeatSeconds) await nextBeat(bystander, lab);
    const beats = beatsOf(bystander);
    let isOver = false;
    let isAnswered = true;
    const ended = reader.reaches('closed').finally(() => {
      isOver = true;
    });
    await reader.do('sip');
    for (const talker of talkers) await talker.do('chatter');
    while (!isOver) {
      const { reason } = await bystander.ask({ data: 'get' });
      isAnswered &&= reason === 'UnknownRegister';
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    report(0, isAnswered);
    const seen = await Promise.all(talkers.map((talker) => talker.rest()));
    report(
      2,
      seen.every((left) => left.filter((peer) => peer === reader.name).length === 1),
    );
    await reader.do('read');
    const code = await reader.closed;
    // A connection that was cut off without a code missed a ping, if there was one.
    if (code === 1006 && beats.length > 0) report(1, true, 'missedPing');
    else report(1, code === 1013, code === 1013 ? 'tooSlow' : undefined);
  },

  async disk({ link, open, report }) {
    const { author, content } = left.disk;
    const name = unused(author);
    const [writer, witness] = [await open(name), await open(unused('Witness'))];
    const seen = seenOf(name, witness);
    const contents = async () => {
      const { data } = await witness.ask({ data: 'get', limit: 100 });
      const { message } = Object(data) as { message?: { name: string; content: string }[] };
      return message?.flatMap((said) => (said.name === name ? said.content : []));
    };
    await setFull(link, true);
    try {
      const { reason, error } = await writer.ask({ data: 'send', content: 'one' });
      report(0, reason === 'ErrorWhenSend' && `${error}`.includes('ENOSPC'));
      const history = await contents();
      report(1, history?.length === 0 && !seen.includes('message'));
      const newcomer = await open();
      const { status } = await newcomer.ask({ data: 'name', name: unused('Newcomer') });
      report(2, status === true && history !== undefined);
    } finally {
      await setFull(link, false);
    }
    const { status } = await writer.ask({ data: 'send', content });
    report(3, status === true && (await contents())?.join() === content);
  },

  async kill({ open, newPeer, report }) {
    const name = unused(left.kill.author);
    const witness = await open(unused('Witness'));
    const victim = await newPeer(name);
    const seen = seenOf(name, witness);
    const leave = witness.next(isEvent('leave', name));
    await victim.do('cut');
    await leave;
    const heir = await open();
    const register = witness.next(isEvent('register', name));
    const { status } = await heir.ask({ data: 'name', name });
    report(3, status === true);
    await register;
    report(0, seen.filter((type) => type === 'leave').length === 1);
    const messages = seen.filter((type) => type === 'message').length;
    report(1, messages === 0 || seen.indexOf('message') < seen.indexOf('leave'));
    // It sent two, but the second one never arrived whole.
    report(2, messages <= 1);
  },

  async comeBack({ open, newPeer, comeBack, report }) {
    const name = unused('Traveller');
    const [witness, rival] = [await open(unused('Witness')), await open()];
    const lost = await newPeer(name, true);
    const behind = unused('Rival');
    await rival.ask({ data: 'name', name: behind });
    // Others come and go meanwhile.
    const isInPlace = async () => {
      const { data } = await witness.ask({ data: 'get', limit: 0 });
      const { online } = Object(data) as { online: string[] };
      return online.filter((member) => [name, behind].includes(member)).join() === [name, behind].join();
    };
    const wasInPlace = await isInPlace();
    const seen = seenOf(name, witness);
    const [waits, ends] = [lost.reaches('registered.lost'), lost.reaches('closed')];
    await lost.do('cut');
    await waits;
    const { reason } = await rival.ask({ data: 'name', name });
    report(0, reason === 'NameAlreadyUsed');
    await new Promise((resolve) => setTimeout(resolve, lookTime));
    await comeBack(lost);
    report(1, (await ends) === 'superseded');
    report(3, wasInPlace && (await isInPlace()));
    report(2, !seen.includes('leave') && !seen.includes('register'));
  },

  async moderator({ lab, open, newPeer, report }) {
    const name = unused('Talker');
    const witness = await open(unused('Witness'));
    const peer = await newPeer(name);
    const seen = seenOf(name, witness);
    // The witness has seen everything that came before the reply.
    const countOf = async (kind: string) => {
      await witness.ask({ data: 'get', limit: 0 });
      return seen.filter((one) => one === kind).length;
    };
    const muted = peer.reaches('registered.muted');
    await peer.do('mute');
    await muted;
    const reason = await peer.say('muted');
    report(0, reason === 'ErrorWhenSend');
    report(1, (await countOf('message')) === 0);
    await new Promise((resolve) => setTimeout(resolve, lookTime));
    await peer.do('unmute');
    const isStored = (await peer.say(left.moderator.content)) === undefined;
    report(2, isStored && (await countOf('message')) === 1);
    await new Promise((resolve) => setTimeout(resolve, lookTime));
    const leave = witness.next(isEvent('leave', name), twoBeats(lab));
    await peer.do('kick');
    report(3, (await peer.closed) === 4001);
    await leave;
    report(4, (await countOf('leave')) === 1);
  },

  async hang({ lab, link, open, report }) {
    const { leaseSeconds = 0, hangSeconds = 0 } = lab.options.process ?? {};
    const limitMs = hangSeconds * 1000 + recoveryMs;
    const [name, content] = [unused('Victim'), 'too late'];
    lab.playback.goLive();
    const victim = await openHere(lab, open);
    await victim.ask({ data: 'name', name });
    const ledger = lab.world.named('redis');
    if (ledger === undefined) throw new Error('the ledger is not shown');
    lab.choose(ledger.session);
    const heard: string[] = [];
    const onStopping = () => {
      victim.listen((text) => heard.push(text));
      victim.say(JSON.stringify({ data: 'send', content }));
    };
    const isJoined = ({ snapshot }: ToldSnapshot) =>
      leafOf(snapshot.value) === 'ready' && Object(snapshot.context).node !== ledger.node;
    const isBack = stateOf(link, ledger.session, isJoined, 'it kept its place', limitMs);
    const hanging = hang(link, name, { limitMs, onStopping });
    const [left] = await Promise.all([hanging, isBack]);
    const [first = 0] = left;
    report(0, left.length === 1);
    report(1, Math.abs(first - leaseSeconds) < 1, first);
    report(3, true);
    const code = await victim.closed;
    const heir = await open();
    lab.choose(ledger.session);
    const { status } = await heir.ask({ data: 'name', name });
    report(4, status === true);
    const { data } = await heir.ask({ data: 'get', limit: 100 });
    const { message = [] } = Object(data) as { message?: { name: string }[] };
    const isKept = message.some((said) => said.name === name);
    report(2, code === 1012 && !heard.some(isReply) && !isKept);
  },
};
