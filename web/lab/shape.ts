import { h, type VNode } from 'preact';
import type { Shape } from '../../src/charts/drawing.ts';

/** A shape of a drawing, with those inside it, as elements of the page. */
export const elementOf = ({ tag, attributes, children }: Shape): VNode =>
  h(tag, attributes, ...children.map((child) => (typeof child === 'string' ? child : elementOf(child))));
