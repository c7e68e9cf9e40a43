import { expect, test } from 'vitest';
import { chartOf } from '../../src/charts/chart.ts';
import { machines } from '../../src/charts/machines.ts';
import { shownFrame } from '../../src/check/frame.ts';
import { recordingOf } from '../../src/check/record.ts';
import { readRecording } from '../../web/lab/recording.ts';
import { World } from '../../web/lab/world.ts';

const charts = Object.fromEntries(
  Object.entries(machines).map(([name, machine]) => [name, chartOf(machine)]),
);

/** What the lab shows at the end of a recording: the selected connection, the label of what it took last, the last line. */
function shown(transcript: string[], expected: string, received: string) {
  const text = recordingOf({ transcript, expected, received }, { at: 1000, dialect: 'documented' });
  const { entries, selected } = readRecording(text);
  const world = new World(charts);
  for (const entry of entries) world.apply(entry);
  const actor = world.actors.get(`${selected}`);
  const { edges = [], states = [] } = charts[`${actor?.machine}`] ?? {};
  const labelOf = (id: string) => {
    const [state, index] = id.split(':');
    return (
      edges.find((edge) => edge.id === id)?.label ??
      states.find((one) => one.id === state)?.lines[Number(index)]
    );
  };
  return {
    who: actor?.name,
    leaf: actor?.leaf,
    nickname: actor?.nickname,
    took: actor?.fired.map(labelOf),
    lines: world.lines.map(({ whose, isOut, text: said, expected: instead }) => ({
      who: 'name' in whose && whose.name,
      isOut,
      said,
      instead,
    })),
  };
}

const registered = (name: string) => [
  `A> {"data":"name","name":"${name}"}`,
  `A< {"type":"name","action":"register","name":"${name}","status":true,"timestamp":"22/11/2026 10/0600"}`,
];

test('--record: the chart shows the transition that should have been taken, and the log what should have come', () => {
  const [expected, received] = [
    '{"type":"send","status":false,"reason":"UnknownRegister"}',
    '{"type":"send","name":null,"content":"x","status":true}',
  ];
  const transcript = [
    ...registered('An'),
    'B> {"data":"send","content":"x"}',
    `B< ${received}`,
    'A< {"type":"ping","timeout":5}',
  ];
  const { lines, ...chart } = shown(transcript, expected, received);
  expect(chart).toEqual({
    ...{ who: 'B', leaf: 'unregistered.idle', nickname: undefined },
    took: ['send / refuseStranger'],
  });
  expect(lines.map(({ who, isOut }) => [who, isOut])).toEqual([
    ['A', true],
    ['A', false],
    ['B', true],
    ['B', false],
  ]);
  expect(lines.filter(({ instead }) => instead !== undefined)).toEqual([
    { who: 'B', isOut: false, said: received, instead: expected },
  ]);
});

test('--record: the expected reply decides how the machine goes on', () => {
  const received =
    '{"type":"name","action":"change","oldname":"An","newname":"Bình","status":false,"reason":"NameAlreadyUsed"}';
  const expected =
    '{"type":"name","action":"change","oldname":"An","newname":"Bình","status":true,"timestamp":"22/11/2026 10/0601"}';
  const transcript = [...registered('An'), 'A> {"data":"name","name":"Bình"}', `A< ${received}`];
  expect(shown(transcript, expected, received)).toMatchObject({
    ...{ leaf: 'registered.idle', nickname: 'Bình' },
    took: ['settled / hold'],
  });
});

test('--record: requests wait for the machine as they do in the server', () => {
  const received = '{"type":"receive","datatype":"message","name":"An","content":"b","timestamp":"x"}';
  const transcript = [
    ...registered('An'),
    ...['a', 'b'].map((content) => `A> ${JSON.stringify({ data: 'send', content })}`),
    'A> {"data":"get"}',
    'A< {"type":"send","name":"An","content":"a","status":true,"timestamp":"x"}',
    `A< ${received}`,
  ];
  // One send is still under way, and the get waits for it.
  expect(shown(transcript, 'the reply to the second send', received)).toMatchObject({
    leaf: 'registered.sending',
    took: ['settled / countSettled'],
  });
});

test('--record: a request that is never answered is marked, and the machine goes where its answer would have led', () => {
  const expected =
    '{"type":"name","action":"register","name":"An","status":true,"timestamp":"22/11/2026 10/0600"}';
  const { lines, ...chart } = shown(['A> {"data":"name","name":"An"}'], expected, 'nothing');
  expect(chart).toMatchObject({ leaf: 'registered.idle', nickname: 'An' });
  expect(lines).toMatchObject([{ isOut: true, instead: expected }]);
});

test('--record: a reply that the transcript shortens still counts, and so does how a connection ended', () => {
  const content = 'x'.repeat(100);
  const sent = JSON.stringify({ type: 'send', name: 'An', content, status: true, timestamp: 'x'.repeat(60) });
  const transcript = [
    ...registered('An'),
    `A> ${shownFrame(JSON.stringify({ data: 'send', content }))}`,
    `A< ${shownFrame(sent)}`,
    'A> (cut off)',
    ...registered('Bình').map((line) => line.replace('A', 'B')),
    'B> (binary) {"data":"get"}',
    'B< (close 1011)',
  ];
  const { who, leaf, lines } = shown(transcript, 'a reply', 'close 1011');
  // It has taken the get; the end that came instead of a reply is where the machine is now.
  expect({ who, leaf }).toEqual({ who: 'B', leaf: 'closed' });
  expect(lines.slice(3)).toMatchObject([
    { who: 'A', isOut: false, said: shownFrame(sent) },
    { who: 'A', isOut: true, said: 'CUTOFF' },
    { who: 'B', isOut: true },
    { who: 'B', isOut: false },
    { who: 'B', isOut: true, said: '{"data":"get"}' },
    { who: 'B', isOut: false, said: 'CLOSE 1011', instead: 'a reply' },
  ]);
});
