import type { Page, WebSocketRoute } from 'playwright-core';

/** What a test does with the connection of a page: says more than the server does, or closes it. */
export type Injection = {
  say: (...frames: object[]) => void;
  close: (code: number, reason: string) => void;
  /** Resolves once the page has connected so many times. */
  connected: (times: number) => Promise<void>;
};

/** From now on the page's connections lead through the test. Call it before the page is opened. */
export async function inject(page: Page): Promise<Injection> {
  const sockets: WebSocketRoute[] = [];
  let onSocket = () => {};
  await page.routeWebSocket(/.*/, (socket) => {
    socket.connectToServer();
    sockets.push(socket);
    onSocket();
  });
  return {
    say: (...frames) => {
      for (const frame of frames) sockets.at(-1)?.send(JSON.stringify(frame));
    },
    close: (code, reason) => void sockets.at(-1)?.close({ code, reason }),
    connected: (times) =>
      new Promise((resolve) => {
        onSocket = () => {
          if (sockets.length >= times) resolve();
        };
        onSocket();
      }),
  };
}
