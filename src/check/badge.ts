/** A report as a badge for a README: one SVG that needs nothing from elsewhere. */
import { shape } from '../charts/drawing.ts';
import { xmlOf } from '../charts/xml.ts';
import type { Lang } from '../doctor/finding.ts';
import type { Report } from './report.ts';

const height = 20;
/** Width of a character in Verdana of 11 pixels, on average; `textLength` makes it exact. */
const characterWidth = 6.1;
const padding = 6;
const colors = { label: '#555', pass: '#2e7d32', fail: '#b3261e' };
const texts = {
  en: { label: 'chat protocol', value: (passed: number, all: number) => `${passed} of ${all} rules` },
  vi: { label: 'giao thức chat', value: (passed: number, all: number) => `${passed}/${all} quy tắc` },
};

/** Counts the rules that were judged. */
export function badgeOf({ passed, failed }: Pick<Report, 'passed' | 'failed'>, lang: Lang): string {
  const { label, value: say } = texts[lang];
  const value = say(passed, passed + failed);
  const isPass = failed === 0 && passed > 0;
  const [left, right] = [widthOf(label), widthOf(value)];
  const width = left + right;
  const picture = shape(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, role: 'img', 'aria-label': `${label}: ${value}` },
    shape('title', {}, `${label}: ${value}`),
    shape('clipPath', { id: 'round' }, shape('rect', { width, height, rx: 3 })),
    shape(
      'g',
      { 'clip-path': 'url(#round)' },
      shape('rect', { width: left, height, fill: colors.label }),
      shape('rect', { x: left, width: right, height, fill: isPass ? colors.pass : colors.fail }),
    ),
    shape(
      'g',
      { fill: '#fff', 'font-family': 'Verdana,DejaVu Sans,sans-serif', 'font-size': 11 },
      textAt(padding, label),
      textAt(left + padding, value),
    ),
  );
  return `${xmlOf(picture)}\n`;
}

const textWidth = (text: string) => Math.round([...text].length * characterWidth);
const widthOf = (text: string) => textWidth(text) + 2 * padding;
const textAt = (x: number, text: string) => shape('text', { x, y: 14, textLength: textWidth(text) }, text);
