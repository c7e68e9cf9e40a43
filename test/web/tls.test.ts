import { expect, test } from 'vitest';
import { openChat, useBrowser } from '../helpers/browser.ts';
import { newCertificate, replaceCertificate } from '../helpers/certificate.ts';
import { nameOf, newTlsServer } from '../helpers/tls.ts';

const browser = useBrowser();

test('the page talks over TLS, and stays connected when the certificate is replaced', async () => {
  const files = await newCertificate();
  const { chat, url } = await newTlsServer(files);
  const trusting = { ignoreHTTPSErrors: true };
  const an = (await openChat(browser(), url, trusting)).chat;
  await an.join('An');
  await an.say('trước');
  await replaceCertificate(files, await newCertificate({ name: 'second' }));
  chat.reconfigure({ tlsCert: files.cert, tlsKey: files.key });
  expect(await nameOf(url)).toBe('second');
  const binh = (await openChat(browser(), url, trusting)).chat;
  await binh.join('Bình');
  await binh.say('sau');
  for (const page of [an, binh]) {
    await page.sees('trước');
    await page.sees('sau');
  }
});
