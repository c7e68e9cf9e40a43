import { expect, test } from 'vitest';
import type { Client } from '../../test/helpers/client.ts';
import { newMember } from '../../test/helpers/client.ts';
import { newServer } from '../../test/helpers/server.ts';

const send = (content: unknown) => ({ data: 'send', content });
const error = 'you have just said that';

async function newPair() {
  const { chat, url } = await newServer();
  const [an, binh] = [await newMember(url, 'An'), await newMember(url, 'Bình')];
  await an.next();
  return { chat, an, binh };
}

const contentsIn = async (client: Client) => (await client.pending()).map(({ content }) => content);

test('P-MOD-3: what a member has just said is answered ErrorWhenSend, and shown to nobody', async () => {
  const { an, binh } = await newPair();
  expect(await an.ask(send('xin chào'))).toMatchObject({ status: true });
  const refusal = { type: 'send', username: 'An', content: 'xin chào', status: false };
  for (const which of ['second', 'third'])
    expect(await an.ask(send('xin chào')), `the reply to the ${which} time`).toEqual({
      ...refusal,
      reason: 'ErrorWhenSend',
      error,
    });
  expect(await contentsIn(binh), 'what the others heard').toEqual(['xin chào']);
});

test('P-MOD-3: another content in between makes it new, and others may say the same', async () => {
  const { an, binh } = await newPair();
  for (const content of ['một', 'hai', 'một']) expect(await an.ask(send(content))).toMatchObject({ content });
  expect(await an.ask(send('một')), 'the reply to a repetition').toMatchObject({ error });
  expect(await contentsIn(binh)).toEqual(['một', 'hai', 'một']);
  expect(await binh.ask(send('một')), 'the reply to another member').toMatchObject({ status: true });
});

test('P-REQ-7: of messages that are sent all at once, none is repeated, and the replies keep their order', async () => {
  const { an, binh } = await newPair();
  for (const content of ['một', 'một', 'hai', 'hai', 'một']) an.say(send(content));
  const replies = (await an.pending()).map(({ content, status }) => [content, status]);
  expect(replies, 'the replies').toEqual([
    ['một', true],
    ['một', false],
    ['hai', true],
    ['hai', false],
    ['một', true],
  ]);
  expect(await contentsIn(binh), 'what the others heard').toEqual(['một', 'hai', 'một']);
});

test('P-MOD-3: another nickname is no way round', async () => {
  const { an } = await newPair();
  await an.ask(send('một'));
  await an.ask({ data: 'name', name: 'Chi' });
  expect(await an.ask(send('một')), 'the reply to a repetition').toMatchObject({ username: 'Chi', error });
});

test('P-REQ-6: the form comes first, and a mute is told to who is muted', async () => {
  const { chat, an } = await newPair();
  await an.ask(send('một'));
  await an.ask(send(''));
  expect(await an.ask(send('')), 'the reply to a bad form').toMatchObject({ reason: 'WrongFormatContent' });
  expect(await an.ask(send('một')), 'the reply behind a bad form').toMatchObject({ error });
  await chat.moderation.mute('An');
  expect(await an.ask(send('một')), 'the reply to a muted member').toMatchObject({ error: 'you are muted' });
});
