import { expect, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { newServer } from '../helpers/server.ts';
import { newWatcher, type TestWatcher } from '../helpers/watcher.ts';

/** What a watcher is told of a session in which a moderator does everything to a member. */
async function watched(withContent: boolean): Promise<TestWatcher> {
  const { chat, url } = await newServer();
  const watcher = await newWatcher(await chat.inspect({ port: 0, withContent }));
  const { moderation } = chat;
  const an = await newMember(url, 'Nguyễn An');
  await an.ask({ data: 'send', content: 'spam' });
  await moderation.remove([0], { reason: 'spam' });
  await moderation.announce('be kind');
  await moderation.mute('Nguyễn An', { reason: 'flooding' });
  await an.pending();
  await an.ask({ data: 'send', content: 'more' });
  await moderation.unmute('Nguyễn An');
  await moderation.kick('Nguyễn An', { reason: 'enough' });
  await an.closed();
  await watcher.sees(({ event }) => event?.type === 'kicked');
  await until(() => watcher.alive()['c1'] === undefined);
  return watcher;
}

const entriesOf = (watcher: TestWatcher) =>
  watcher.seen.flatMap(({ type, event }) =>
    type === '@xstate.event' ? ((event['stretch'] ?? []) as { type: string }[]) : [],
  );
/** The texts of the last frames to the connection. */
const framesOf = (watcher: TestWatcher) =>
  watcher.seen.flatMap(({ type, way, text = '' }) =>
    type === '@chat.frame' && way === 'out' && text !== '' ? [JSON.parse(text)] : [],
  );

test.each([
  [true, 'Nguyễn An', 'be kind', 'you are muted: flooding', 'kicked: enough'],
  [false, ...Array.from({ length: 4 }, () => expect.stringMatching(/^•[\w-]{6}$/))],
])(
  'P-MOD-1, P-MOD-3, P-MOD-4: acts of moderators are told; with their words: %s',
  async (withContent, nickname, content, why, reason) => {
    const watcher = await watched(withContent);
    expect(entriesOf(watcher).filter(({ type }) => !/registered|posted|left/.test(type))).toEqual([
      { type: 'removed', position: 0 },
      { type: 'announced', content },
      { type: 'governed' },
      { type: 'governed' },
      { type: 'kicked', nickname, from: 'c1', code: 4001, reason },
    ]);
    const events = watcher.seen.flatMap(({ type, event }) => (type === '@xstate.event' ? [event] : []));
    expect(events).toContainEqual({ type: 'muted', why });
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['unmuted', 'kicked']));
    const contexts = watcher.seen.map(({ snapshot }) => snapshot?.context?.['muteReason']);
    expect(contexts).toContainEqual(why);
    const frames = framesOf(watcher);
    expect(frames).toContainEqual(expect.objectContaining({ datatype: 'remove', position: 0 }));
    expect(frames).toContainEqual(expect.objectContaining({ datatype: 'notice', content }));
    const refusal = frames.find(({ reason: word }) => word === 'ErrorWhenSend');
    expect(refusal.error).toBe(events.find(({ type }) => type === 'muted')?.['why']);
    const secrets = /spam|be kind|flooding|enough|Nguyễn/;
    expect(watcher.texts.some((text) => secrets.test(text))).toBe(withContent);
  },
);
