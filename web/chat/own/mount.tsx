/** A panel beside the chat with two machines: that of this page's client, and the server's for this very connection. */
import { render } from 'preact';
import type { Own } from '../../../src/protocol/own.ts';
import { recall, remember } from '../storage.ts';
import styles from './own.css?inline';
import { type Charts, Panel } from './panel.tsx';
import type { Step } from './step.ts';
import { dictionaries } from './texts.ts';

/** Puts the panel into the page, closed unless it was open before. Returns what tells it of both machines. */
export function mount() {
  let charts: Charts | undefined;
  let client: Step = { state: '', taken: [], guards: [] };
  let server: Own | undefined;
  let isOpen = recall('sessionStorage', 'own') !== null;
  let isDue = false;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets.push(sheet);
  const place = document.createElement('div');
  place.className = 'own-place';
  document.body.append(place);
  // The language of the page is that of the panel.
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ['lang'] });
  void fetch('./own.json').then(async (response) => {
    charts = await response.json();
    redraw();
  });
  redraw();

  /** Draws the latest, at most once per animation frame. */
  function redraw(): void {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      const words = dictionaries[document.documentElement.lang === 'vi' ? 'vi' : 'en'];
      const view = { charts, client, server, isOpen, words, onToggle: toggle };
      render(<Panel {...view} />, place);
    });
  }

  function toggle(): void {
    isOpen = !isOpen;
    remember('sessionStorage', 'own', isOpen ? 'open' : undefined);
    redraw();
  }

  return {
    tellClient(step: Step): void {
      client = step;
      redraw();
    },
    tellServer(own: Own | undefined): void {
      server = own;
      redraw();
    },
  };
}
