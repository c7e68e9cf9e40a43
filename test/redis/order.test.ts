import { expect, test } from 'vitest';
import { actOf, stateAfter } from '../helpers/acts.ts';
import { type Client, type Frame, newClient, newMember } from '../helpers/client.ts';
import { newCluster } from '../helpers/cluster.ts';
import { sharedRedis } from '../helpers/redis.ts';

const redis = sharedRedis();

/** What each member asks for, all at once. */
function requestsOf(name: string): object[] {
  const rounds = Array.from({ length: 10 }, (_, round) => [
    { data: 'send', content: `${name}, ${round}a` },
    { data: 'send', content: `${name}, ${round}b` },
    ...(round % 4 === 3 ? [{ data: 'name', name: `${name}, ${round}` }] : []),
    { data: 'get', limit: 3 },
  ]);
  return [{ data: 'name', name }, ...rounds.flat()];
}

const isLast = ({ datatype, name }: Frame) => datatype === 'register' && name === 'last';

async function heardUntilLast(client: Client): Promise<Frame[]> {
  const heard = [await client.next()];
  while (!heard.some(isLast)) heard.push(await client.next());
  return heard;
}

/** The changes that were heard, with their times. */
const entriesIn = (heard: readonly Frame[]) =>
  heard.filter((frame) => actOf(frame) !== undefined).map((frame) => `${frame['timestamp']} ${actOf(frame)}`);

/** Each `get` shows the place in the order at which its reply stands. `before`: the changes before the first frame. */
function checkGets(heard: readonly Frame[], before: readonly string[]): void {
  const acts = [...before];
  for (const frame of heard) {
    const act = actOf(frame);
    if (act !== undefined) acts.push(act);
    if (frame['type'] !== 'get') continue;
    const { messages, online } = stateAfter(acts);
    const message = messages.slice(-3).map((content) => expect.objectContaining({ content }));
    const first = messages.length - message.length;
    expect(frame['data']).toEqual({ message, online, total: messages.length, first });
  }
}

test('P-SEND-4: fifty members of four processes see one order, with their own replies in their places, and each get shows one place in it', async () => {
  const { urls } = await newCluster(await redis(), { count: 4 });
  const [first = ''] = urls;
  const witness = await newMember(first, 'witness');
  const names = Array.from({ length: 50 }, (_, at) => `${at}`);
  const clients = await Promise.all(names.map((_, at) => newClient(urls[at % urls.length] ?? '')));
  const asked = names.map(requestsOf);
  for (const [at, client] of clients.entries()) for (const request of asked[at] ?? []) client.say(request);
  const heard = clients.map((): Frame[] => []);
  await Promise.all(
    clients.map(async (client, at) => {
      const replies = () => heard[at]?.filter(({ type }) => type !== 'receive').length ?? 0;
      while (replies() < (asked[at]?.length ?? 0)) heard[at]?.push(await client.next());
    }),
  );
  await newMember(first, 'last');
  const order = await heardUntilLast(witness);
  const entries = entriesIn(order);
  // All requests except `get` are changes, and the last member is one more.
  expect(entries).toHaveLength(asked.flat().filter((request) => !('limit' in request)).length + 1);
  const acts = ['["register","witness",null]', ...order.flatMap((frame) => actOf(frame) ?? [])];
  for (const [at, client] of clients.entries()) {
    const all = heard[at] ?? [];
    if (!all.some(isLast)) all.push(...(await heardUntilLast(client)));
    const [registered = ''] = entriesIn(all);
    expect(registered).toContain(`["register","${names[at]}",null]`);
    const place = entries.indexOf(registered);
    expect(entriesIn(all)).toEqual(entries.slice(place));
    checkGets(all, acts.slice(0, place + 1));
  }
});
