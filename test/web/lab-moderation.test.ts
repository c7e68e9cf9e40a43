import { expect, test } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { openLab } from '../helpers/lab.ts';

const browser = useBrowser();

test('P-MOD-3: the lab shows a mute, a read-only room and a kick as lesson 8 says', async () => {
  const { chat, lab, page } = await openLab(browser());
  const { moderation } = chat;
  const isIn = (state: string) => expect.poll(() => lab.state()).toBe(state);
  const lights = (...labels: string[]) => expect.poll(() => lab.lit()).toEqual(labels);
  const flow = (label: string) => page.locator(`[data-flow="${label}"]`);
  const name = async (nickname: string) => {
    await page.getByRole('textbox', { name: 'Nickname' }).fill(nickname);
    await lab.say('name');
  };
  await lab.add();
  await name('An');
  await isIn('registered.idle');

  await moderation.mute('An', { for: '10m', reason: 'flooding' });
  await isIn('registered.muted');
  await lights('muted / mute', 'always [isMuted]');
  await flow('stretch: governed').waitFor();
  await flow('muted').waitFor();
  await lab.say('send');
  await lights('send [isContent] / refuseMuted');
  await lab.wire().filter({ hasText: 'you are muted until' }).getByText('P-MOD-3').waitFor();
  await lab.say('tooLong');
  await lights('send / refuseContent');
  await lab.say('get');
  await lights('get [isWindow] / recall');
  await name('AN');
  await lights('always [isMuted]', 'settled / hold');
  expect(await lab.state()).toBe('registered.muted');

  await moderation.unmute('An');
  await isIn('registered.idle');
  await lights('unmuted / unmute');
  await moderation.readonly(true);
  await lab.say('send');
  await lights('send [isContent] / objectToContent');
  expect(await lab.state()).toBe('registered.idle');

  await moderation.kick('An', { reason: 'enough' });
  await isIn('closed');
  await lights('kicked');
  await lab.wire().filter({ hasText: 'CLOSE 4001' }).first().waitFor();
});
