import { expect, test } from 'vitest';
import { openChat, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

/** What is written, and the elements that it is drawn with. */
const drawn: Record<string, string[]> = {
  'dùng `a_b_c * 2` nhé': ['code: `a_b_c * 2`'],
  '*rất* quan trọng, _có lẽ_': ['strong: *rất*', 'em: _có lẽ_'],
  '2 * 3 * 4, a*b*c, snake_case_name, __init__, **x**': [],
  '`không *nhấn* và https://a.example/`': ['code: `không *nhấn* và https://a.example/`'],
  '*www.a.example*': ['a: www.a.example'],
  'một ` hai\nba ` bốn, _năm\nsáu_': [],
  '<b>đậm</b> <img src=x onerror=alert(1)> [x](javascript:alert(1))': [],
  '`<b>x</b>` *<i>y</i>*': ['code: `<b>x</b>`', 'strong: *<i>y</i>*'],
};

test('code and emphasis are drawn, nothing of a text is lost, and none of it becomes markup', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const binh = await newMember(url, 'Bình');
  for (const [content, elements] of Object.entries(drawn)) {
    await binh.ask({ data: 'send', content });
    const bubble = page.locator('[data-content]').last();
    await expect.poll(() => bubble.textContent()).toBe(content);
    const found = await bubble
      .locator(':not(.quiet)')
      .evaluateAll((all) => all.map(({ localName, textContent }) => `${localName}: ${textContent}`));
    expect(found).toEqual(elements);
  }
});
