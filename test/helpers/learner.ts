import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { root } from './clone.ts';
import { type Lab, openLabAt } from './lab.ts';
import { newLastingPort } from './port.ts';
import { newProcess, type ServerProcess } from './process.ts';
import { newFolder } from './server.ts';

/** A command in a terminal. Ends with the test at the latest. */
class Run {
  readonly ended: Promise<unknown>;
  readonly #child: ChildProcess;
  /** The lines that it has printed. */
  readonly lines: string[] = [];

  constructor(command: string) {
    const child = spawn('sh', ['-c', `exec ${command}`], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    this.ended = once(child, 'close');
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(line));
    onTestFinished(() => this.end());
  }

  /** Presses Ctrl+C. */
  async end(): Promise<void> {
    this.#child.kill('SIGINT');
    await this.ended;
  }
}

/** Somebody with a browser and a terminal who does the lessons in the lab. */
export class Learner {
  readonly page: Page;
  readonly lab: Lab;
  readonly url: string;
  readonly #data: string;
  readonly #ports: readonly [port: number, inspectPort: number];
  server: ServerProcess;

  constructor(opened: { page: Page; lab: Lab }, setting: Setting) {
    this.page = opened.page;
    this.lab = opened.lab;
    this.url = `ws://127.0.0.1:${setting.ports[0]}/`;
    this.#data = setting.data;
    this.#ports = setting.ports;
    this.server = setting.server;
  }

  async isDone(): Promise<void> {
    await this.page.locator('.guide .state[data-done]').waitFor({ timeout: 60_000 });
  }

  /** Runs the command of the step until chance has brought what the step is about, as it mostly does at once. */
  async runUntilDone(): Promise<void> {
    const done = this.page.locator('.guide .state[data-done]');
    do await this.finish();
    while (
      await done.waitFor({ timeout: 2000 }).then(
        () => false,
        () => true,
      )
    );
  }

  /** Is at this step, and does it. */
  async step(lesson: string, step: number, act: () => Promise<unknown>): Promise<void> {
    await this.page.locator(`.step[data-lesson="${lesson}"][data-step="${step}"]`).waitFor();
    expect(await this.page.locator('.guide .state[data-done]').count()).toBe(0);
    await act();
    await this.isDone();
  }

  async byHand(): Promise<void> {
    await this.page.locator('#by-hand').check();
  }

  /** Adds a client; it takes a nickname if one is given. */
  async add(nickname?: string): Promise<void> {
    await this.lab.add();
    if (nickname !== undefined) await this.name(nickname);
  }

  /** Lets the chosen client ask for a nickname, and waits for the answer. */
  async name(nickname: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Nickname' }).fill(nickname);
    await this.answered(() => this.lab.say('name'));
  }

  /** Waits until the lab has one more reply to a client of the page; not for more lines than the wire log shows. */
  async answered(act: () => Promise<void>): Promise<void> {
    const replies = this.page.locator('li[data-own][data-frame="in"] code').filter({ hasText: '"status":' });
    const before = await replies.count();
    await act();
    await expect.poll(() => replies.count()).toBeGreaterThan(before);
  }

  /** Presses the chosen client's buttons, and waits for no answer: the step does. */
  async say(...buttons: string[]): Promise<void> {
    for (const button of buttons) await this.lab.say(button);
  }

  async send(frame: object): Promise<void> {
    await this.answered(() => this.lab.send(JSON.stringify(frame)));
  }

  /** Closes the chosen client, and waits until it is. */
  async close(client: string): Promise<void> {
    await this.lab.say('close');
    await this.page.locator(`[data-client="${client}"][data-status="closed"]`).waitFor();
  }

  async choose(client: string): Promise<void> {
    await this.page.locator(`[data-client="${client}"] .pick`).click();
    await this.page.locator(`[data-desk="${client}"]`).waitFor();
  }

  /** Runs a fault to its end. */
  async fault(name: string): Promise<void> {
    await this.page.locator('[data-side="faults"]').click();
    await this.page.locator(`[data-fault="${name}"] button`).click();
    await this.page.locator(`[data-fault="${name}"][data-running]`).waitFor();
    await this.page.locator(`[data-fault="${name}"]:not([data-running])`).waitFor({ timeout: 60_000 });
    expect(await this.page.locator(`[data-fault="${name}"] .refusal`).allTextContents()).toEqual([]);
    await this.page.locator('[data-side="clients"]').click();
  }

  /**
   * Lets the chosen client ask for something, goes back through the events of its connection to the state that it was in
   * meanwhile, and then to what happens now.
   */
  async lookBack(button: string, state: string): Promise<void> {
    await this.answered(() => this.lab.say(button));
    // The client has its reply earlier than the lab knows what its connection has done.
    await expect.poll(() => this.lab.state()).toBe('registered.idle');
    const place = () => this.page.locator('.place').getAttribute('data-count');
    while ((await this.lab.state()) !== state) {
      const before = await place();
      await this.page.locator('#back-of-chosen').click();
      await expect.poll(place).not.toBe(before);
    }
    await this.page.locator('#live').click();
    await this.page.locator('.page[data-mode="live"]').waitFor();
  }

  /** A command that the step shows, by its place among them. */
  async command(nth = 0): Promise<string> {
    return `${await this.page.locator('.step > .command pre').nth(nth).textContent()}`;
  }

  /** Runs a command in the terminal, changed in places. */
  run(command: string, changes: Record<string, string> = {}): Run {
    let changed = command.replaceAll('5000', `${this.#ports[0]}`);
    for (const [from, to] of Object.entries(changes)) {
      expect(changed).toContain(from);
      changed = changed.replaceAll(from, to);
    }
    return new Run(changed);
  }

  /** Runs a command of the step to its end. */
  async finish(changes: Record<string, string> = {}, nth = 0): Promise<void> {
    await this.run(await this.command(nth), changes).ended;
  }

  /** Runs a command of the step that moderates. */
  async moderate(nth = 0): Promise<void> {
    await this.finish({ 'server.js admin': `server.js admin --data ${this.#data}` }, nth);
  }

  /** Starts the server again, which was stopped or killed, and opens its new address. */
  async restart(flags: readonly string[] = []): Promise<void> {
    this.server = startServer({ ports: this.#ports, data: this.#data }, flags);
    await this.server.url();
    await this.page.goto(await this.server.inspector());
    await this.page.locator('.page[data-connected]').waitFor();
  }

  /** The clients of the page are gone after that, the lessons are where they were. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator('.page[data-connected]').waitFor();
  }
}

type Setting = { ports: readonly [number, number]; data: string; server: ServerProcess };

function startServer(
  { ports: [port, inspectPort], data }: Omit<Setting, 'server'>,
  flags: readonly string[],
) {
  const fixed = ['--port', `${port}`, '--inspect', '--inspect-port', `${inspectPort}`];
  return newProcess([...fixed, '--data', data, '--log', 'json', ...flags]);
}

export async function newLearner(browser: Browser, flags: readonly string[]): Promise<Learner> {
  const data = join(await newFolder(), 'data.json');
  const ports = [await newLastingPort(), await newLastingPort()] as const;
  const server = startServer({ ports, data }, flags);
  await server.url();
  const opened = await openLabAt(browser, await server.inspector());
  return new Learner(opened, { ports, data, server });
}
