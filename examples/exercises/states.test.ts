import { expect, test } from 'vitest';
import { chartOf } from '../../src/charts/chart.ts';
import { connectionMachine } from '../../src/machines/connection.ts';
import { newMember } from '../../test/helpers/client.ts';
import { newServer } from '../../test/helpers/server.ts';

test('a member keeps its nickname for life: a change is refused, and nobody hears of it', async () => {
  const { url } = await newServer();
  const an = await newMember(url, 'An');
  const binh = await newMember(url, 'Bình');
  await an.next();
  for (const name of ['Chi', 'AN', 'An', ''])
    expect(await an.ask({ data: 'name', name }), `the reply to a change to ${JSON.stringify(name)}`).toEqual({
      type: 'name',
      action: 'change',
      oldname: 'An',
      newname: name,
      status: false,
      reason: 'WrongFormatName',
    });
  expect(await binh.pending(), 'what the others heard').toEqual([]);
  expect(await an.ask({ data: 'get' })).toMatchObject({ data: { online: ['An', 'Bình'] } });
});

test('P-NAME-2: a stranger registers as before, and the refused nickname stays free for others', async () => {
  const { url } = await newServer();
  const an = await newMember(url, 'An');
  expect(await an.ask({ data: 'name', name: 'Chi' }), 'the reply to a change').toMatchObject({
    status: false,
  });
  await newMember(url, 'Chi');
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Chi' });
});

const { states, edges } = chartOf(connectionMachine);

test('the table of the connection machine has no state `changing`', () => {
  const registered = states.filter(({ parent }) => parent === 'registered').map(({ name }) => name);
  expect(registered, 'the states of a registered connection').toEqual(['idle', 'muted', 'sending', 'lost']);
});

test.each(['registered.idle', 'registered.muted'])(
  'the table refuses, and not an `if`: %s has one row for `name`, without a guard',
  (leaf) => {
    const ways = edges.filter(({ from, label }) => from === leaf && label.startsWith('name'));
    const { lines = [] } = states.find(({ id }) => id === leaf) ?? {};
    const all = [...ways.map(({ label }) => label), ...lines.filter((line) => line.startsWith('name'))];
    expect(all, `what \`${leaf}\` does on \`name\``).toEqual(['name / refuseNickname']);
  },
);
