/**
 * The chat as a button in the corner of another page: `<script src="https://chat.example/widget.js" async></script>`.
 * `data-position="left"`, `data-lang="vi"` and `data-title="…"` may stand on the script. It lives in a shadow root and
 * touches nothing else, but for one key of sessionStorage: whether the chat was there, so that it still is after a reload
 * and on the next page of the site. Where the chat may not be shown in a frame, a link to it takes the frame's place, and
 * the console says which line mends that.
 */
import { closing, opened, type RoomNews, ready, roomOf, type UnreadNews, unreadOf } from './embedding.ts';
import { recall, remember } from './storage.ts';

/** Milliseconds from the end of a frame's loading within which the chat in it has said that it is there. */
const readyWithin = 2000;
/** One button is enough, however often a page asks for it. */
const hostId = 'classic-chatbox';
const script = document.currentScript;

const styles = `
  :host { all: initial; }
  * { box-sizing: border-box; }
  [hidden] { display: none !important; }
  .root { position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
    display: grid; justify-items: end; gap: 12px; color-scheme: light dark;
    font: 500 15px/1.4 system-ui, sans-serif; }
  .root[data-position=left] { inset-inline: 20px auto; justify-items: start; }
  button { border: 0; cursor: pointer; color: #fff; background: var(--color); font: inherit; }
  button:hover { filter: brightness(0.85); }
  button:focus-visible { outline: 3px solid #5cc4d0; outline-offset: 2px; }
  svg { display: block; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round;
    stroke-linejoin: round; }
  .root { --color: #0d6f7a; }
  @supports (color: oklch(from red l c h)) {
    .root { --color: oklch(from var(--host, #0d6f7a) 0.495 min(c, 0.12) h); }
  }
  a { margin: auto; color: light-dark(#0a5c66, #5cc4d0); }
  .badge { position: absolute; inset: -4px -4px auto auto; min-inline-size: 22px; padding: 0 6px; border-radius: 11px;
    color: #fff; background: #b3261e; font-size: 13px; line-height: 22px; text-align: center; }
  .open { position: relative; inline-size: 56px; block-size: 56px; display: grid; place-items: center; border-radius: 50%;
    box-shadow: 0 2px 6px #0003, 0 8px 24px #0003; }
  .window { inline-size: min(400px, 100vw - 40px); block-size: min(640px, 100dvh - 40px); display: grid;
    grid-template-rows: auto minmax(0, 1fr); overflow: hidden; border-radius: 16px;
    background: light-dark(#fff, #15191d); box-shadow: 0 0 0 1px #0001, 0 4px 12px #0002, 0 16px 48px #0004; }
  .bar { display: flex; align-items: center; justify-content: space-between; padding: 4px 4px 4px 16px;
    color: #fff; background: var(--color); font-weight: 600; }
  .close { inline-size: 40px; block-size: 40px; display: grid; place-items: center; border-radius: 10px; }
  iframe { inline-size: 100%; block-size: 100%; border: 0; }
  @media (max-width: 480px), (max-height: 400px) {
    .root[data-open] { inset: 0; }
    .root[data-open] .window { inline-size: 100vw; block-size: 100dvh; border-radius: 0; }
  }
`;

function build(source: string, { position, lang, title: given }: DOMStringMap): void {
  if (document.getElementById(hostId) !== null) return;
  const isVietnamese = (lang || navigator.language).startsWith('vi');
  const title = given?.trim();
  const name = title || 'Chat';
  const page = new URL('./?embed=1', source);
  if (lang) page.searchParams.set('lang', lang);

  const root = element('div', 'root');
  root.dataset['position'] = position || 'right';
  const label = title || (isVietnamese ? 'Trò chuyện' : 'Chat');
  const opener = button('open', label, [
    'M6.5 5h11A3.5 3.5 0 0 1 21 8.5v5a3.5 3.5 0 0 1-3.5 3.5H13l-4.5 3.5V17h-2A3.5 3.5 0 0 1 3 13.5v-5A3.5 3.5 0 0 1 6.5 5Z',
  ]);
  const badge = element('span', 'badge');
  badge.hidden = true;
  opener.append(badge);
  const closer = button('close', isVietnamese ? 'Đóng' : 'Close', ['M6 6l12 12M18 6 6 18']);
  const bar = element('div', 'bar');
  const heading = element('span', 'heading');
  heading.textContent = name;
  bar.append(heading, closer);
  const panel = element('div', 'window');
  panel.setAttribute('role', 'dialog');
  panel.setAttribute('aria-label', name);
  panel.hidden = true;
  panel.append(bar);
  root.append(panel, opener);
  let frame: HTMLIFrameElement | undefined;
  /** The frame, or what has taken its place. */
  let content: HTMLElement | undefined;
  let isReady = false;
  let isBlockedByPolicy = false;
  document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => {
    if (effectiveDirective === 'frame-src' && blockedURI.startsWith(page.origin)) isBlockedByPolicy = true;
  });

  /** A frame tells nobody that it may not show the chat; it shows an error of the browser's. */
  const giveUp = () => {
    if (isReady || frame === undefined || content !== frame) return;
    const link = document.createElement('a');
    link.href = new URL('./', source).href;
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = isVietnamese ? 'Mở phòng chat trong tab mới' : 'Open the chat in a new tab';
    frame.after(link);
    // Before the frame goes, and the focus with it.
    if (shadow.activeElement === frame) link.focus();
    frame.remove();
    content = link;
    const remedy = isBlockedByPolicy
      ? `Add this to the Content-Security-Policy of this page: frame-src ${page.origin}`
      : `Start the chat server with --embed-origins ${location.origin}, and send this page without Cross-Origin-Embedder-Policy.`;
    console.error(`The chat cannot be shown in a frame here. ${remedy}`);
  };

  const place = (isOpen: boolean) => {
    panel.hidden = !isOpen;
    opener.hidden = isOpen;
    root.toggleAttribute('data-open', isOpen);
    if (frame === undefined) {
      frame = document.createElement('iframe');
      frame.title = name;
      frame.src = page.href;
      frame.addEventListener('load', () => setTimeout(giveUp, readyWithin));
      content = frame;
      panel.append(frame);
    }
    remember('sessionStorage', 'widget', isOpen ? 'open' : 'closed');
  };
  const greet = () => {
    content?.focus();
    if (isReady) frame?.contentWindow?.postMessage(opened, page.origin);
  };
  const show = (isOpen: boolean) => {
    place(isOpen);
    if (isOpen) greet();
    else opener.focus();
  };
  const former = recall('sessionStorage', 'widget');
  if (former !== null) place(former === 'open');
  opener.addEventListener('click', () => show(true));
  closer.addEventListener('click', () => show(false));
  addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && !panel.hidden) show(false);
  });
  const showUnread = ({ count, mentions }: UnreadNews) => {
    const unread = isVietnamese ? `${count} tin mới` : `${count} unread`;
    const meant = isVietnamese ? `${mentions} tin nhắc đến bạn` : `${mentions} mention you`;
    const news = mentions > 0 ? `${unread}, ${meant}` : unread;
    badge.textContent = `${mentions > 0 ? '@ ' : ''}${count > 99 ? '99+' : count}`;
    badge.hidden = count === 0;
    opener.setAttribute('aria-label', count === 0 ? label : `${label} (${news})`);
  };
  const dress = ({ title: called, color }: RoomNews) => {
    if (!title && typeof called === 'string') heading.textContent = called;
    root.style.setProperty('--host', typeof color === 'string' ? color : '');
  };
  addEventListener('message', ({ source: from, origin, data }) => {
    if (frame === undefined || from !== frame.contentWindow || origin !== page.origin) return;
    const unread = unreadOf(data);
    const room = roomOf(data);
    if (unread !== undefined) showUnread(unread);
    else if (room !== undefined) dress(room);
    else if (data === ready) isReady = true;
    else if (data === closing) show(false);
  });

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  const host = document.createElement('div');
  host.id = hostId;
  const shadow = host.attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(root);
  document.body.append(host);
}

function element(tag: 'div' | 'span' | 'button', className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

function button(className: string, label: string, paths: string[]): HTMLElement {
  const made = element('button', className);
  made.setAttribute('type', 'button');
  made.setAttribute('aria-label', label);
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('width', '24');
  svg.setAttribute('height', '24');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of paths) {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  made.append(svg);
  return made;
}

if (script instanceof HTMLScriptElement) {
  const { src, dataset } = script;
  if (document.body === null) document.addEventListener('DOMContentLoaded', () => build(src, dataset));
  else build(src, dataset);
}
