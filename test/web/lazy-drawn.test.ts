import { type ContainerNode, h, options, render } from 'preact';
import { expect, onTestFinished, test } from 'vitest';
import { lazy } from '../../web/chat/lazy.tsx';

/** As much of a document as Preact needs to draw elements and texts. */
class Node {
  readonly nodeType: number;
  readonly localName: string;
  data: string;
  childNodes: Node[] = [];
  parentNode: Node | null = null;
  ownerDocument = document;

  constructor(localName: string, data = '') {
    this.nodeType = localName === '' ? 3 : 1;
    this.localName = localName;
    this.data = data;
  }

  get firstChild(): Node | null {
    return this.childNodes[0] ?? null;
  }

  get nextSibling(): Node | null {
    const siblings = this.parentNode?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }

  get text(): string {
    return this.data + this.childNodes.map(({ text }) => text).join(' ');
  }

  insertBefore(child: Node, before: Node | null): void {
    child.parentNode?.removeChild(child);
    const at = before === null ? this.childNodes.length : this.childNodes.indexOf(before);
    this.childNodes.splice(at, 0, child);
    child.parentNode = this;
  }

  removeChild(child: Node): void {
    this.childNodes = this.childNodes.filter((one) => one !== child);
    child.parentNode = null;
  }

  remove(): void {
    this.parentNode?.removeChild(this);
  }
}

const document = {
  createElementNS: (_: string, name: string) => new Node(name),
  createTextNode: (data: string) => new Node('', data),
};

test('what was drawn before its code came is drawn again, even if the code came before its effects ran', async () => {
  const { requestAnimationFrame: before } = options;
  let effects: (() => void)[] = [];
  options.requestAnimationFrame = (run: () => void) => void effects.push(run);
  onTestFinished(() => {
    if (before === undefined) delete options.requestAnimationFrame;
    else options.requestAnimationFrame = before;
  });
  const runEffects = () => {
    const due = effects;
    effects = [];
    for (const run of due) run();
  };
  let come: (component: () => string) => void = () => {};
  const coming = new Promise<() => string>((resolve) => {
    come = resolve;
  });
  const Late = lazy(
    () => coming,
    () => 'wait',
  );
  const root = new Node('div');
  const draw = (count: number) =>
    render(
      Array.from({ length: count }, (_, key) => h(Late, { key })),
      root as unknown as ContainerNode,
    );
  draw(1);
  runEffects();
  draw(2);
  come(() => 'here');
  // What has come, and what it draws, take their turns.
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  runEffects();
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  expect(root.text).toBe('here here');
});
