import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openChat, useBrowser } from '../helpers/browser.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

test.each(['/chat', '/chat/'])(
  'under a path of a website, opened as %s, the page is the chat',
  async (path) => {
    const { chat } = await newServer();
    // As Express does it for `app.use('/chat', chat.page)`.
    const website = createServer((request, response) => {
      const { url = '/' } = request;
      if (!/^\/chat(?=[/?]|$)/.test(url)) {
        response.writeHead(404).end();
        return;
      }
      request.url = url.slice('/chat'.length) || '/';
      chat.page(Object.assign(request, { originalUrl: url }), response);
    });
    chat.attach(website, { path: '/chat' });
    await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      website.closeAllConnections();
      website.close();
    });
    const { port } = website.address() as AddressInfo;
    const { chat: an } = await openChat(browser(), `http://127.0.0.1:${port}${path}`);
    await an.join('An');
    await an.say('dưới một đường dẫn');
    await an.sees('dưới một đường dẫn');
    expect(await an.online()).toEqual(['An (you)']);
  },
);
