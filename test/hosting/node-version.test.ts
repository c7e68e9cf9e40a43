import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeFault, nodeWarning } from '../../src/hosting/node-version.ts';
import { newMember } from '../helpers/client.ts';
import { aboutNode, newProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';

const at = new Date('2026-11-26');

test.each([
  ['20.19.0', 'ended'],
  ['20.20.2', 'ended'],
  ['21.7.3', 'ended'],
  ['22.13.0', 'hole'],
  ['22.22.1', 'hole'],
  ['22.22.2', undefined],
  ['22.23.4', undefined],
  ['23.11.1', 'ended'],
  ['24.0.0', 'hole'],
  ['24.9.0', 'hole'],
  ['24.14.0', 'hole'],
  ['24.14.1', undefined],
  ['24.22.1', undefined],
  ['25.9.0', 'ended'],
  ['26.12.1', undefined],
  ['30.0.0-nightly', undefined],
])('Node %s at the end of 2026: %s', (version, kind) => {
  expect(nodeFault(version, at)?.kind).toBe(kind);
  expect(nodeWarning(version, at) === undefined).toBe(kind === undefined);
});

test('a line ends on its day, and a hole is not spoken of once the whole line has ended', () => {
  expect(nodeFault('22.13.0', new Date('2027-04-29T23:00:00Z'))).toEqual({
    ...{ kind: 'hole', version: '22.13.0', least: '22.22.2' },
  });
  expect(nodeFault('22.13.0', new Date('2027-04-30T00:00:00Z'))).toEqual({
    ...{ kind: 'ended', version: '22.13.0', end: '2027-04-30' },
  });
});

test('the warning says what to change to', () => {
  expect(nodeWarning('20.20.2', at)).toBe(
    'Node 20.20.2 has had no security fixes since 2026-04-30: change to Node 24',
  );
  expect(nodeWarning('24.9.0', at)).toMatch(/known hole.*: change to 24\.14\.1 or newer$/);
});

test.each(['pretty', 'json'])('a start says it once in the %s log, at the level warn too', async (form) => {
  const data = join(await newFolder(), 'data.json');
  const server = newProcess(['--port', '0', '--data', data, '--log', form, '--log-level', 'warn']);
  await newMember(await server.url(), 'An');
  await server.stop('SIGTERM');
  expect(server.linesAboutNode).toHaveLength(aboutNode === undefined ? 0 : 1);
});
