/** What a connection asks for whose holding has been taken over (P-RES-2). */
import { expect, test } from 'vitest';
import { type Client, newClient, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { type End, newGatedSystem } from '../helpers/system.ts';

/** Sends requests, and waits until the server has them. */
async function say(client: Client, end: End | undefined, ...requests: object[]): Promise<void> {
  let arrived = 0;
  end?.ws.on('message', () => arrived++);
  for (const request of requests) client.say(request);
  await until(() => arrived === requests.length);
}

const send = { data: 'send', content: 'too late' };
const get = { data: 'get' };
const change = { data: 'name', name: 'Bình' };

test.each([
  ['a send', [send]],
  ['a change', [change]],
  ['a get behind a send', [send, get]],
  ['a change behind a send', [send, change]],
  ['a send behind a change', [change, send]],
])('P-RES-2: %s that comes after the takeover is neither done nor answered', async (_, requests) => {
  const { url, gate, ends, faults } = await newGatedSystem();
  const witness = await newMember(url, 'Witness');
  const old = await newClient(url);
  const { resume } = await old.ask({ data: 'name', name: 'An', resume: true });
  expect(await witness.next()).toMatchObject({ datatype: 'register', name: 'An' });
  const next = await newClient(url);

  gate.block();
  const { length } = gate.commits;
  await say(witness, ends[0], { data: 'send', content: 'before' });
  await until(() => gate.commits.length > length);
  // These wait for the commit of that, and so are one commit.
  await say(next, ends[2], { data: 'name', name: 'An', resume });
  await say(old, ends[1], ...requests);
  gate.release();

  expect(await old.closed()).toBe(4000);
  expect(await old.left()).toMatchObject([{ datatype: 'message', content: 'before' }]);
  expect(await next.next()).toMatchObject({ type: 'name', status: true });
  expect(await witness.next()).toMatchObject({ type: 'send', content: 'before', status: true });
  expect(await next.ask({ data: 'get' })).toMatchObject({
    data: { message: [{ content: 'before' }], online: ['Witness', 'An'] },
  });
  expect(await witness.pending()).toEqual([]);
  expect(faults).toEqual([]);
});
