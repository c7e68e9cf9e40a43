import { expect, test } from 'vitest';
import { ChatError } from '../../src/client/client.ts';
import { events, replies } from '../../src/protocol/replies.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { cutOff, letBack, newPair } from '../helpers/pair.ts';
import { positioned } from '../helpers/person.ts';
import { announcement, messageOf, messagesOf, Puppet, removal, shown, timestamp } from '../helpers/puppet.ts';
import { refusalOf } from '../helpers/refusal.ts';
import { newServer } from '../helpers/server.ts';

const gone = (content = '', name = 'Bình') => ({ name, content, timestamp });

test('P-MOD-1: a removal is told with its position, in its place among the messages', async () => {
  const puppet = await Puppet.joined('một', 'hai');
  puppet.say(events.message(messageOf('ba')), removal(0), removal(2), events.message(messageOf('bốn')));
  expect(puppet.told).toEqual([
    ...shown(messagesOf('ba'), 2),
    { position: 0 },
    { position: 2 },
    ...shown(messagesOf('bốn'), 3),
  ]);
  expect(puppet.client.state.online).toEqual(['An']);
});

test('P-MOD-1: a client that was away learns that its last message is gone, and that the history is the same', async () => {
  const puppet = await Puppet.joined('một', 'hai');
  await puppet.comeBack();
  expect(puppet.asked.at(-1)).toEqual({ data: 'get', after: 1 });
  puppet.give([gone(), gone('ba'), gone()], 1);
  expect(puppet.told).toEqual([{ position: 1 }, ...shown([gone('ba'), gone()], 2)]);
});

test('P-MOD-1: with a real server, in which messages are removed under traffic and while somebody is away', async () => {
  const { chat, url, dataFile } = await newServer();
  const { proxy, an, binh } = await newPair(url);
  for (const content of ['một', 'hai', 'ba']) binh.client.send(content);
  await an.sees('ba');
  await chat.moderation.remove([0]);
  await an.when(() => an.removed.length === 1);
  await cutOff(proxy, an);
  await chat.moderation.erase('Bình');
  binh.client.send('bốn');
  await binh.sees('bốn');
  letBack(proxy, an);
  await an.sees('bốn');
  // Of the older ones it cannot know.
  expect(an.removed).toEqual([0, 2]);
  expect([an.resets, an.shown.map(({ position }) => position)]).toEqual([0, [0, 1, 2, 3]]);
  await chat.moderation.remove([3]);
  await an.when(() => an.removed.length === 3);
  expect(await an.client.history({})).toEqual(positioned(await messagesIn(dataFile)));
});

test('P-MOD-1: while the client catches up, a removal is told at once of what it has, and otherwise shown', async () => {
  const puppet = await Puppet.joined('một', 'hai');
  await puppet.comeBack();
  puppet.say(events.message(gone('ba')), removal(0), removal(2));
  expect(puppet.told).toEqual([{ position: 0 }]);
  puppet.give([gone('hai'), gone()], 1);
  expect(puppet.told).toEqual([{ position: 0 }, ...shown([gone()], 2)]);
});

test('P-MOD-2: if the last message has expired, all are discarded, and the newest are fetched', async () => {
  const puppet = await Puppet.joined('một', 'hai');
  await puppet.comeBack();
  puppet.give(messagesOf('bảy', 'tám'), 6);
  expect(puppet.told).toEqual(['reset']);
  expect(puppet.asked.at(-1)).toEqual({ data: 'get', limit: 100 });
  puppet.give(messagesOf('bảy', 'tám'), 6);
  expect(puppet.told).toEqual(['reset', ...shown(messagesOf('bảy', 'tám'), 6)]);
});

test('P-MOD-1: a part of the history shows nothing that was removed before anybody could see the part', async () => {
  const puppet = await Puppet.joined('một', 'hai', 'ba');
  const part = puppet.client.history({ before: 2 });
  puppet.give(messagesOf('một', 'hai'));
  puppet.say(removal(1));
  expect(await part).toEqual(shown([...messagesOf('một'), gone()]));
  const lost = puppet.client.history({});
  puppet.close(1006, '');
  expect(await refusalOf(lost)).toEqual({ reason: 'ConnectionLost' });
});

test('P-MOD-1: what may have been removed while it was under way is not sent again by itself', async () => {
  for (const name of ['An', '']) {
    const puppet = await Puppet.joined('một');
    puppet.client.send('của An');
    await puppet.comeBack();
    puppet.give([...messagesOf('một'), gone('', name)]);
    expect(puppet.client.state.outbox).toMatchObject([
      { content: 'của An', state: 'failed', refusal: { reason: 'ConnectionLost' } },
    ]);
    expect(puppet.asked.map(({ data }) => data)).toEqual(['name', 'get']);
  }
  // Somebody else's is another matter.
  const puppet = await Puppet.joined('một');
  puppet.client.send('của An');
  await puppet.comeBack();
  puppet.give([...messagesOf('một'), gone()]);
  expect(puppet.asked.at(-1)).toEqual({ data: 'send', content: 'của An' });
});

test('P-MOD-4: what the host says is told behind the messages before it, and is not lost with a connection', async () => {
  const puppet = await Puppet.joined('một');
  puppet.say(announcement('chào cả phòng'));
  expect(puppet.told).toEqual([{ content: 'chào cả phòng', timestamp }]);
  await puppet.comeBack();
  puppet.say(announcement('sớm'));
  await puppet.comeBack();
  puppet.say(announcement('sớm nữa'));
  expect(puppet.told).toHaveLength(1);
  puppet.give(messagesOf('một', 'hai'));
  expect(puppet.told.slice(1)).toEqual([
    ...shown(messagesOf('hai'), 1),
    { content: 'sớm', timestamp },
    { content: 'sớm nữa', timestamp },
  ]);
});

test.each([
  [4001, 'không nói vậy ở đây', 'không nói vậy ở đây'],
  [4003, '', undefined],
])(
  'a client that is closed with %i stops and has the reason, until it comes back',
  async (code, reason, said) => {
    const puppet = await Puppet.joined('một');
    puppet.close(code, reason);
    expect(puppet.client.state).toMatchObject({ status: 'stopped', closeCode: code, closeReason: said });
    puppet.client.reconnect();
    expect(puppet.client.state).toMatchObject({ closeCode: undefined, closeReason: undefined });
  },
);

test('P-MOD-3: why somebody may not speak, or have this nickname, is told in the words of the server', async () => {
  const puppet = await Puppet.joined('một');
  const error = 'you are muted until 11:30';
  const { id } = puppet.client.send('của An');
  puppet.say(replies.sendFailed('An', 'của An', error));
  expect(puppet.client.state.outbox).toEqual([
    { id, content: 'của An', state: 'failed', refusal: { reason: 'ErrorWhenSend', error } },
  ]);
  const changing = puppet.client.register('Admin');
  puppet.say(replies.nameFailed({ oldname: 'An', nickname: 'Admin' }, 'this nickname is reserved'));
  await expect(changing).rejects.toThrow(ChatError);
  await expect(changing).rejects.toThrow('ErrorWhenChange: this nickname is reserved');
  expect(puppet.client.state.nickname).toBe('An');
});
