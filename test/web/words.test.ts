import { expect, test } from 'vitest';
import { words as en } from '../../web/chat/en.ts';
import { words as vi } from '../../web/chat/vi.ts';
import { saidByServer } from '../../web/chat/words.ts';
import { newClient } from '../helpers/client.ts';
import { newModerated } from '../helpers/moderation.ts';

test('P-MOD-3: what moderators have decided is said in the language of the page', async () => {
  const { chat, url } = await newModerated();
  const { moderation } = chat;
  const chi = await newClient(url);
  const refusal = async (frame: object) => `${(await chi.ask(frame))['error']}`;
  const post = () => refusal({ data: 'send', content: 'xấu xa' });
  await moderation.ban({ nickname: 'Dũng' }, { for: '7d', reason: 'quảng cáo' });
  const told = [await refusal({ data: 'name', name: 'Dũng' }), await refusal({ data: 'name', name: 'An' })];
  await chi.ask({ data: 'name', name: 'Chi' });
  await moderation.mute('Chi', { for: '10m', reason: 'quá ồn' });
  told.push(await post());
  await moderation.unmute('Chi');
  await moderation.readonly(true);
  told.push(await post());
  await moderation.readonly(false);
  await moderation.newcomers('5m');
  told.push(await post());
  await moderation.words(['xấu']);
  told.push(await post());
  expect(told.map((text) => saidByServer(text, vi))).toEqual([
    expect.stringMatching(/^biệt danh này đang bị cấm đến .*\d: quảng cáo$/),
    'biệt danh này đã có chủ',
    expect.stringMatching(/^bạn đang bị cấm nói đến .*\d: quá ồn$/),
    'phòng chat chỉ cho đọc, đến khi người điều hành mở lại',
    expect.stringMatching(/^người mới chỉ được đọc đến .*\d$/),
    'tin có từ không được dùng ở đây',
  ]);
  expect(saidByServer(`${told[3]}`, en)).toBe(told[3]);
  expect(saidByServer('no space left on device (ENOSPC)', vi)).toBe('no space left on device (ENOSPC)');
});
