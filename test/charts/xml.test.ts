import { expect, test } from 'vitest';
import { shape } from '../../src/charts/drawing.ts';
import { xmlOf } from '../../src/charts/xml.ts';

test('XML holds any text: marks are escaped, and what XML cannot hold is shown as unknown', () => {
  const text = `<b> & "q" \u0000\u001b\ud800\uffff 😀\t\n`;
  const harmless = '&lt;b&gt; &amp; &quot;q&quot; \ufffd\ufffd\ufffd\ufffd 😀\t\n';
  expect(xmlOf(shape('text', { title: text, width: undefined }, text))).toBe(
    `<text title="${harmless}">${harmless}</text>`,
  );
});
