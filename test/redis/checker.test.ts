/** The checker finds nothing where all is right, and whatever is wrong. */
import { expect, test } from 'vitest';
import type { Frame } from '../helpers/client.ts';
import { findingsIn } from '../helpers/faults/checker.ts';
import { PaperRoom } from '../helpers/faults/paper-room.ts';
import type { Fault, Heard, Life, Records } from '../helpers/faults/records.ts';
import type { Cut } from '../helpers/faults/transcript.ts';
import type { Message } from '../helpers/talker.ts';

/**
 * Three processes, of which one hangs for so long that its member leaves; somebody who comes back to another process;
 * somebody to whom all is refused.
 */
function newStory() {
  const room = new PaperRoom();
  const an = room.open(0);
  room.name(an, 'An');
  room.get(an);
  const binh = room.open(1);
  room.name(binh, 'Bình');
  room.say(an, 'một');
  room.say(binh, 'hai');
  const chi = room.open(2);
  room.name(chi, 'Chi');
  room.refuse(chi, { data: 'send', content: 'ba' }, { content: 'ba', reason: 'ErrorWhenSend' });
  const dung = room.open(2);
  room.refuse(dung, { data: 'name', name: 'Dũng' }, { name: 'Dũng', reason: 'ErrorWhenRegister' });
  const lost = room.open(1);
  room.name(lost, 'Giang');
  room.get(lost);

  const hang: Fault = { on: 1, kind: 'hang', from: room.tick(), to: 0 };
  room.end(lost, 'client', 1006, true);
  const giang = room.open(2);
  room.name(giang, 'Giang', 'the secret', lost);
  room.get(giang, 2);
  room.leave(binh);
  for (let second = 0; second < 5; second++) room.tick();
  hang.to = room.tick();
  room.records.faults.push(hang);
  room.end(binh, 'server', 1012);

  room.name(chi, 'Chi 2');
  room.say(chi, 'bốn');
  room.get(an, 1);
  room.ping(an);
  room.remove(0);
  room.say(giang, 'năm');
  room.records.quietAt = room.tick();
  for (const life of [chi, dung, giang]) room.end(life, 'client', 1000);
  room.get(an);
  return { room, records: room.records, lives: { an, binh, chi, dung }, hang };
}

type Story = ReturnType<typeof newStory>;

/** Where in what a client heard the first frame is that has this value anywhere. */
function indexOf({ heard }: Life, value: string): number {
  const index = heard.findIndex(({ frame }) => JSON.stringify(frame).includes(value));
  if (index === -1) throw new Error(`has not heard ${value}`);
  return index;
}

const frameOf = (life: Life, value: string) => life.heard[indexOf(life, value)]?.frame as Frame;

/** Lets somebody hear an event behind another. */
function insert(life: Life, behind: string, frame: Frame): void {
  const index = indexOf(life, behind);
  life.heard.splice(index + 1, 0, { at: life.heard[index]?.at ?? 0, frame: { type: 'receive', ...frame } });
}

const registered = (name: string): Heard => ({
  at: 0,
  frame: { type: 'receive', datatype: 'register', name, timestamp: 'now' },
});

const dataOf = (life: Life, value: string) => frameOf(life, value)['data'] as Cut;

const latest = (life: Life) => life.heard.at(-1)?.frame['data'] as Cut;

function store({ history, stored }: Records, content: string): void {
  for (const list of [history, stored]) list.push({ name: 'Chi', content, timestamp: '22/11/2026 10/0600' });
}

const message = { datatype: 'message', name: 'Chi', content: 'ba', timestamp: '22/11/2026 10/0600' };
const leave = { datatype: 'leave', name: 'Bình', timestamp: '22/11/2026 10/0600' };

const wrongs: [what: string, finding: RegExp, spoil: (story: Story) => void][] = [
  [
    'an acknowledged message is in no history',
    /was answered .*"một".* the history has undefined/,
    ({ records }) => records.history.shift(),
  ],
  [
    'a message is stored with another time than it was acknowledged with',
    /was answered .*"một".* the history has .*"never"/,
    ({ records: { history } }) => Object.assign(history[0] ?? {}, { timestamp: 'never' }),
  ],
  [
    'a message is stored twice',
    /the history has "hai" twice/,
    ({ records: { history, stored } }) => {
      for (const list of [history, stored]) list.push(...list.slice(1, 2));
    },
  ],
  [
    'Redis lacks a message that the room has',
    /of 4 messages is not that of 3 in Redis/,
    ({ records }) => records.stored.pop(),
  ],
  [
    'a message that was refused is stored',
    /was answered .*ErrorWhenSend.* the history has .*"ba"/,
    ({ records }) => store(records, 'ba'),
  ],
  [
    'a message that was refused is shown',
    /was told .*"ba".* is in no history/,
    ({ lives: { an } }) => insert(an, 'hai', message),
  ],
  [
    'a nickname that was refused is shown',
    /was answered .*ErrorWhenRegister.* others were told otherwise/,
    ({ lives: { an } }) => insert(an, 'hai', { datatype: 'register', name: 'Dũng', timestamp: 'now' }),
  ],
  [
    'two are told two entries in different orders',
    /was told .*"leave","Bình".* behind .*"Chi".*, and others .*"Giang"/,
    ({ lives: { chi } }) => {
      const [one, other] = [indexOf(chi, '"Giang"'), indexOf(chi, '"Bình"')];
      chi.heard.splice(one, 2, ...[chi.heard[other], chi.heard[one]].filter((heard) => heard !== undefined));
    },
  ],
  [
    'one is not told an entry',
    /was told .*"Chi 2".* behind .*"Giang".*, and others .*"leave","Bình"/,
    ({ lives: { chi } }) => chi.heard.splice(indexOf(chi, '"leave"'), 1),
  ],
  [
    'one is told an entry twice',
    /was told .*"leave".* behind .*"leave".*, and others .*"Chi 2"/,
    ({ lives: { chi } }) => insert(chi, '"leave"', { ...frameOf(chi, '"leave"') }),
  ],
  [
    'what one is told has to do with nothing that others are told',
    /nobody else was told anything of what .* was told: .*"B"/,
    ({ records, lives: { an } }) => {
      records.lives = ['A', 'B'].map((name) => ({ ...an, heard: [registered(name)] }));
    },
  ],
  [
    'a get counts other messages than were heard',
    /counted 3 messages, and get says 2/,
    ({ lives: { an } }) => {
      dataOf(an, '"first":1').total = 2;
    },
  ],
  [
    'a get shows other messages than the history has',
    /got 2 messages from 2 that are not the history's/,
    ({ lives: { an } }) => {
      dataOf(an, '"first":1').first = 2;
    },
  ],
  [
    'somebody is told a message at another position',
    /was told the message at 1 after 2 others/,
    ({ records: { history, stored } }) => {
      for (const list of [history, stored]) list.reverse();
    },
  ],
  [
    'a get shows what was removed before',
    /got 4 messages from 0 that are not the history's/,
    ({ room, lives: { an } }) => {
      room.get(an);
      const { message } = latest(an);
      message[0] = { ...(message[0] as Message), content: 'một' };
    },
  ],
  [
    'a get does not show what is removed only later',
    /got 2 messages from 2 that are not the history's/,
    ({ room, lives: { an } }) => {
      room.get(an, 2);
      const { message } = latest(an);
      message[0] = { ...(message[0] as Message), content: '' };
      room.remove(2);
    },
  ],
  [
    'a message is there that was removed',
    /1 was removed, and the history has .*"hai"/,
    ({ records }) => records.removed.push(1),
  ],
  [
    'Redis has something of what was removed',
    /"một" was removed, and Redis has it/,
    ({ records }) => {
      records.bytes = '{"name":"An","content":"một"}';
    },
  ],
  [
    'a get lists somebody who is not there',
    /got that An,Chi 2,Giang,Bình were there, when An,Chi 2,Giang were/,
    ({ lives: { an } }) => dataOf(an, '"first":1').online.push('Bình'),
  ],
  [
    'two hold one nickname',
    /"AN".*, while An held it/,
    ({ room }) => {
      const rival = room.open(2);
      room.name(rival, 'AN');
      room.end(rival, 'client', 1000);
    },
  ],
  [
    'two hold one nickname after a change',
    /"AN".*, while An held it/,
    ({ room }) => {
      const rival = room.open(2);
      room.name(rival, 'Em');
      room.name(rival, 'AN');
      room.end(rival, 'client', 1000);
    },
  ],
  [
    'an act of a process that was given up takes effect',
    /"Bình","muộn".*, of somebody who held nothing/,
    ({ room, lives: { an } }) => room.say(an, 'muộn', 'Bình'),
  ],
  [
    'somebody leaves twice',
    /"leave","Bình".*, of somebody who held nothing/,
    ({ lives: { an } }) => insert(an, '"total":4', leave),
  ],
  [
    'somebody has gone, and never leaves',
    /An,Bình are online, and An are there/,
    ({ records }) => records.online.push('Bình'),
  ],
  [
    'a process that was given up sends more than a close',
    /was told .*"ping".* after its members had left/,
    ({ lives: { binh }, hang }) => binh.heard.push({ at: hang.to + 1, frame: { type: 'ping', timeout: 1 } }),
  ],
  [
    'a process that was given up closes with another code',
    /ended with 1001 after its members had left/,
    ({ lives: { binh }, hang }) => {
      binh.end = { at: hang.to + 1, code: 1001, by: 'server' };
    },
  ],
  [
    'a process that was given up closes nothing',
    /ended with undefined after its members had left/,
    ({ lives: { binh } }) => delete binh.end,
  ],
  [
    'a request is never answered',
    /asked 2 times, and has 1 answers/,
    ({ lives: { dung } }) => dung.asked.push({ data: 'name', name: 'Dũng 2' }),
  ],
  [
    'a reply is that to another request',
    /was answered .*"hai".* to .*"không"/,
    ({ lives: { binh } }) => Object.assign(binh.asked[1] ?? {}, { content: 'không' }),
  ],
  [
    'there is a reply to nothing',
    /was answered .*"bốn".* to undefined/,
    ({ lives: { chi } }) => chi.asked.pop(),
  ],
  [
    'somebody does not hear the last message',
    /has heard 3 messages of 4/,
    ({ lives: { chi } }) => chi.heard.pop(),
  ],
];

test('what is right has no findings', () => {
  const { records, lives } = newStory();
  expect(findingsIn(records)).toEqual([]);
  expect(records.history.map(({ content }) => content)).toEqual(['', 'hai', 'bốn', 'năm']);
  expect(lives.an.heard.length).toBeGreaterThan(10);
});

test.each(wrongs)('it is found that %s', (_, finding, spoil) => {
  const story = newStory();
  spoil(story);
  expect(findingsIn(story.records)).toContainEqual(expect.stringMatching(finding));
});

test.each<[string, (story: Story) => void]>([
  ['when Redis hung too', ({ records, hang }) => records.faults.push({ ...hang, on: 'redis' })],
  ['when it hung for less than its lease', ({ records }) => Object.assign(records, { lease: 30 })],
])('a process has not certainly been given up %s', (_, change) => {
  const { lives, ...story } = newStory();
  lives.binh.heard.push({ at: story.hang.to + 1, frame: { type: 'ping', timeout: 1 } });
  expect(findingsIn(story.records)).toHaveLength(1);
  change({ lives, ...story });
  expect(findingsIn(story.records)).toEqual([]);
});

test('a process may go on with what it was handing out when it was stopped', () => {
  const { room, records, lives, hang } = newStory();
  const { frame } = lives.an.heard[indexOf(lives.an, '"Giang"')] ?? { frame: {} };
  lives.binh.heard = lives.binh.heard.filter((heard) => !JSON.stringify(heard).includes('"Giang"'));
  lives.binh.heard.push({ at: hang.to + 1, frame });
  expect(findingsIn(records)).toEqual([]);
  room.say(lives.an, 'sau');
  lives.binh.heard.push({
    at: hang.to + 2,
    frame: { ...frameOf(lives.an, 'sau'), type: 'receive', datatype: 'message' },
  });
  expect(findingsIn(records)).not.toEqual([]);
});

test('a client may have closed a connection itself, or another fault, before the process could', () => {
  const { records, lives, hang } = newStory();
  lives.binh.end = { at: hang.to + 2, code: 1006, by: 'client' };
  expect(findingsIn(records)).toEqual([]);
  lives.binh.end.by = 'server';
  expect(findingsIn(records)).toHaveLength(1);
  records.faults.push({ on: 1, kind: 'crash', from: hang.to + 1, to: hang.to + 3 });
  expect(findingsIn(records)).toEqual([]);
});
