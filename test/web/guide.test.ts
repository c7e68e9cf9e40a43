import { readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { checks } from '../../web/lab/guide/checks.ts';
import type { Fact } from '../../web/lab/guide/facts.ts';
import { Guide } from '../../web/lab/guide/guide.ts';
import type { Lesson } from '../../web/lab/guide/lesson.ts';
import { useBrowser, violationsOf } from '../helpers/browser.ts';
import { openLab } from '../helpers/lab.ts';

const browser = useBrowser();
const folder = new URL('../../docs/lessons/', import.meta.url);
const names = readdirSync(folder).filter((file) => /^\d-[a-z-]+\.md$/.test(file));
/** The lessons as the build has taken them. */
const lessons: Lesson[] = JSON.parse(
  readFileSync(new URL('../../dist/web/lab/assets/lessons.json', import.meta.url), 'utf8'),
);

describe('the lessons of the lab', () => {
  test('are those of docs/lessons, and there are checks for these only', () => {
    const ids = names.map((name) => name.replace('.md', '')).sort();
    expect(lessons.map(({ id }) => id)).toEqual(ids);
    expect(Object.keys(checks).sort()).toEqual(ids);
  });

  test.each(lessons)('$id: each step has a check, and each check a step', ({ id, en, vi }) => {
    expect([en.steps.length, vi.steps.length]).toEqual([checks[id]?.length, checks[id]?.length]);
  });

  test.each(lessons)('$id: what a step says is what the lesson says', ({ id, en, vi }) => {
    for (const [file, { goal, needs, steps }] of [
      [`${id}.md`, en],
      [`${id}.vi.md`, vi],
    ] as const) {
      const text = readFileSync(new URL(file, folder), 'utf8').replace(/\s+/g, ' ');
      for (const part of [goal, needs, ...steps]) expect(text).toContain(part.replace(/\s+/g, ' '));
    }
  });
});

describe('the progress', () => {
  let kept: Map<string, string>;
  beforeEach(() => {
    kept = new Map();
    const localStorage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => kept.set(key, text),
    };
    vi.stubGlobal('window', { localStorage });
    return () => vi.unstubAllGlobals();
  });
  const newGuide = () => new Guide({ charts: {}, recorded: () => [], onChange: () => {} });
  const refusalOf = (data: string): Fact => ({
    kind: 'replied',
    request: { data },
    reply: { status: false, reason: 'UnknownRegister' },
    nickname: undefined,
  });

  test('a step is done once all of its goals are met, in whatever order, and stays done in the next page', () => {
    const guide = newGuide();
    guide.show(true);
    guide.go('2-states');
    guide.note(refusalOf('send'));
    expect(guide.stateOf('2-states', 0)).toEqual({ isByHand: false, met: 1, goals: 2, isDone: false });
    const next = newGuide();
    expect(next.progress).toMatchObject({ isOpen: true, lesson: '2-states', step: 0 });
    next.note(refusalOf('get'));
    expect(next.stateOf('2-states', 0).isDone).toBe(true);
    expect(newGuide().doneOf('2-states')).toBe(1);
    next.resume('2-states');
    expect(next.progress.step).toBe(1);
    next.restart();
    expect(newGuide().doneOf('2-states')).toBe(0);
  });

  test('a goal that comes after another one is not met by what happened before, nor by the same fact', () => {
    const guide = newGuide();
    guide.show(true);
    guide.go('1-handshake', 6);
    const closed = (code: number): Fact => ({ kind: 'client', status: 'closed', code });
    guide.note(closed(1006));
    guide.note(closed(1001));
    expect(guide.stateOf('1-handshake', 6)).toMatchObject({ met: 1, isDone: false });
    guide.note(closed(1001));
    expect(guide.stateOf('1-handshake', 6).isDone).toBe(true);
  });

  test('a step that the lab cannot see is confirmed by hand, and only by hand', () => {
    const guide = newGuide();
    guide.show(true);
    guide.go('1-handshake', 1);
    guide.note({ kind: 'skipped' });
    expect(guide.stateOf('1-handshake', 1)).toEqual({ isByHand: true, met: 0, goals: 1, isDone: false });
    guide.confirm(true);
    expect(guide.stateOf('1-handshake', 1).isDone).toBe(true);
    guide.confirm(false);
    expect(guide.doneOf('1-handshake')).toBe(0);
  });

  test('while the lessons are hidden nothing is checked off', () => {
    const guide = newGuide();
    guide.go('2-states');
    guide.note(refusalOf('get'));
    expect(guide.stateOf('2-states', 0).met).toBe(0);
  });

  test.each(['', '7', '{"met":7}', '{"met":{"2-states/0":7},"step":"x","lesson":{}}', '[', 'null'])(
    'what was kept and makes no sense is the beginning: %j',
    (text) => {
      kept.set('chatbox.lessons', text);
      const beginning = { isOpen: false, lesson: undefined, step: 0, met: {} };
      expect(newGuide().progress).toEqual(beginning);
    },
  );
});

test.each([
  ['en', 1280, 'Lessons', 'Step 1 of 5', 'P-REQ-6'],
  ['vi', 1024, 'Bài học', 'Bước 1/5', 'P-REQ-6'],
])('the lessons are used with the keyboard, and axe-core finds nothing, %s, %i px', async (...row) => {
  const [locale, width, title, first, rule] = row;
  const { page } = await openLab(browser(), { locale, viewport: { width, height: 720 }, bypassCSP: true });
  const press = async (id: string) => {
    await page.locator(id).focus();
    await page.keyboard.press('Enter');
  };
  await press('#lessons');
  await page.getByRole('heading', { name: title }).waitFor();
  await page.locator('[data-lesson]').first().waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await press('[data-lesson="2-states"] button');
  await page.getByRole('heading', { name: first }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(first);
  await press(`[data-rule-of-step="${rule}"]`);
  await page.locator('.meaning', { hasText: rule }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.setViewportSize({ width: 400, height: 720 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width, height: 720 });
  for (let step = 2; step <= 5; step++) {
    await press('#step-next');
    await page.locator(`.step[data-step="${step}"]`).waitFor();
  }
  await page.locator('#by-hand').focus();
  await page.keyboard.press(' ');
  await page.locator('.state[data-done]').waitFor();
  await page.reload();
  await page.locator('.step[data-lesson="2-states"][data-step="5"]').waitFor();
  await page.locator('.state[data-done]').waitFor();
  await press('#start-over');
  await page.locator('.step[data-step="1"]').waitFor();
  await press('#all-lessons');
  await page.locator('[data-lesson="2-states"][data-done="0"]').waitFor();
  await press('#lessons');
  await page.locator('.guide').waitFor({ state: 'detached' });
});
