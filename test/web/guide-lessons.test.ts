import { expect, test } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newLearner } from '../helpers/learner.ts';

const browser = useBrowser();

/** Only to end a test that hangs, as in the configuration; this one is as long as many. */
const timeout = 300_000;
/** The heart beats fast, so that nobody has to wait for it. */
const flags = ['--ping-interval', '1', '--max-buffered', '65536', '--resume-seconds', '30'];
const mistakes = ['notJson', 'unknown', 'noKey', 'wrongForm', 'tooLong'];

test('all lessons can be done in the lab, which checks off each of their steps', { timeout }, async () => {
  const learner = await newLearner(browser(), flags);
  const { page, lab } = learner;
  const begin = async (lesson: string) => {
    if ((await page.locator('.guide').count()) === 0) await page.locator('#lessons').click();
    else await page.locator('#all-lessons').click();
    await page.locator(`[data-lesson="${lesson}"] button`).click();
  };
  let lesson = '';
  let step = 0;
  /** Does the next step of the lesson. */
  const todo = async (act: () => Promise<unknown>) => {
    if (step > 0) await page.locator('#step-next').click();
    await learner.step(lesson, ++step, act);
  };
  const open = async (id: string) => {
    if (lesson !== '') await learner.reload();
    lesson = id;
    step = 0;
    await begin(id);
  };
  const byHand = () => learner.byHand();
  const fault = (name: string) => () => learner.fault(name);

  await open('1-handshake');
  await todo(() => learner.finish());
  await todo(byHand);
  await todo(() => learner.add());
  await todo(async () => {
    await learner.lookBack('name', 'unregistered.claiming');
  });
  await todo(() => lab.say('close'));
  await todo(fault('kill'));
  await todo(async () => {
    await learner.add();
    await learner.add();
    await learner.server.stop('SIGINT');
  });
  await learner.restart(flags);

  await open('2-states');
  await todo(async () => {
    await learner.add();
    await learner.say('get', 'send');
  });
  await todo(() => learner.say(...mistakes));
  await todo(() => learner.say('name', 'get', 'send', ...mistakes));
  await todo(async () => {
    await learner.lookBack('send', 'registered.sending');
    await learner.say('get');
  });
  await todo(byHand);

  await open('3-names');
  await todo(async () => {
    await learner.add('An');
    await learner.add('an');
    await learner.name('An ');
    await learner.name('ＡＮ');
  });
  await todo(() => learner.name('   '));
  await todo(async () => {
    await learner.choose('A');
    await learner.name('AN');
    await learner.say('name');
  });
  await todo(async () => {
    await learner.close('A');
    await learner.choose('B');
    await learner.name('An');
  });
  await todo(async () => {
    await learner.fault('claims');
    await learner.fault('claims');
  });
  await todo(() => learner.runUntilDone());
  await todo(byHand);

  await open('4-durability');
  await todo(async () => {
    await learner.add('An');
    await learner.add('Bình');
    await learner.say('send');
  });
  await todo(byHand);
  await todo(() => learner.runUntilDone());
  await todo(async () => {
    await learner.answered(() => lab.say('send'));
    await learner.server.stop('SIGKILL');
  });
  await learner.restart(flags);
  await todo(async () => {
    await learner.add();
    await learner.say('name', 'get');
  });
  await todo(fault('disk'));

  await open('5-heartbeat');
  await todo(() => page.locator('.tree .pick', { hasText: 'heartbeat' }).click());
  await todo(async () => {
    await learner.add('An');
    await learner.add();
    await page.locator('#pings').check();
  });
  await todo(async () => {
    await learner.finish();
    await learner.name('Ghost');
  });
  await todo(fault('halfOpen'));
  await todo(async () => {
    const stopped = await newMember(learner.url, 'Chi');
    await learner.choose('A');
    await learner.answered(() => lab.say('send'));
    stopped.socket.pause();
  });

  await open('6-backpressure');
  await todo(fault('flood'));
  await todo(async () => {
    await learner.add();
    await learner.finish({ '20000': '20' });
    await learner.say('name', 'send', 'get');
  });
  await todo(fault('slow'));

  await open('7-reconnect');
  await todo(async () => {
    await learner.add('An');
    await learner.add('Bình');
    await learner.choose('A');
    await learner.send({ data: 'get', limit: 1 });
  });
  const code = page.locator('.wire code', { hasText: '"total":' }).last();
  const { data } = JSON.parse(`${await code.textContent()}`) as { data: { total: number } };
  await todo(async () => {
    await learner.close('A');
    await learner.choose('B');
    await learner.say('send', 'send', 'send');
  });
  await todo(async () => {
    await learner.add('An');
    await learner.send({ data: 'get', after: data.total });
    await learner.choose('B');
    await learner.say('send');
  });
  await todo(fault('kill'));
  let comingBack = '';
  let secret = '';
  await todo(async () => {
    comingBack = await learner.command();
    const traveller = learner.run(comingBack, { '4000': '300' });
    await expect.poll(() => traveller.lines.length).toBeGreaterThan(1);
    await learner.choose('B');
    await learner.say('get');
    await learner.isDone();
    await traveller.end();
    ({ resume: secret } = JSON.parse(`${traveller.lines.at(-1)}`));
  });
  await todo(async () => {
    await learner.add();
    await learner.send({ data: 'name', name: 'Chi', resume: secret });
    await lab.say('close');
  });
  await todo(async () => {
    const forgetful = learner.run(comingBack, { '4000': '300', 'resume = true': 'resume = false' });
    await learner.isDone();
    await forgetful.end();
  });
  await learner.server.stop('SIGINT');
  await learner.restart(['--resume-seconds', '2']);
  await todo(async () => {
    // Until the page is back while the connection is still waiting.
    for (let time = 1; ; time++) {
      await learner.add();
      await learner.send({ data: 'name', name: `Dung ${time}`, resume: true });
      await learner.reload();
      const waiting = page.locator('.tree .leaf', { hasText: 'lost' });
      if ((await waiting.count()) > 0) break;
    }
  });
  for (let more = 0; more < 4; more++) await todo(byHand);

  await open('8-who-may-speak');
  await todo(async () => {
    await learner.add('An');
    await learner.add('Bình');
    await learner.choose('A');
  });
  await todo(() => learner.moderate());
  await todo(() => learner.say('send', 'tooLong'));
  await todo(async () => {
    await learner.say('get');
    await learner.name('AN');
  });
  await todo(async () => {
    await learner.moderate();
    await learner.say('send');
  });
  await todo(async () => {
    await learner.moderate();
    await learner.answered(() => lab.say('send'));
    await learner.moderate(1);
  });
  await todo(async () => {
    await learner.moderate();
    await learner.add('An');
  });
  await todo(fault('moderator'));

  await page.locator('#all-lessons').click();
  await page.locator('.lessons').waitFor();
  const bars = page.locator('.lessons progress');
  const left = bars.evaluateAll((all) => (all as HTMLProgressElement[]).map(({ max, value }) => max - value));
  expect(await left).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});
