/** A card for the projector: how to join. Fetched when somebody asks for it, since it is the only part that makes codes. */
import { render } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { access } from '../invitation.ts';
import type { Session } from '../session.ts';
import { addressesOf, fetchHosts, isOwn } from './addresses.ts';
import styles from './card.css?inline';
import { codeOf } from './code.ts';
import { dictionaries } from './texts.ts';

let open: (() => void) | undefined;
/** Returns what opens the card. It begins only once. */
export function begin(session: Session): () => void {
  open ??= card(session);
  return open;
}

function card(session: Session): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets.push(sheet);
  const place = document.createElement('div');
  document.body.append(place);
  const close = () => {
    // So that the next time it is asked for is a change.
    history.replaceState(history.state, '', location.pathname + location.search);
    render(null, place);
  };
  return () => render(<Card title={session.room.title ?? document.title} onClose={close} />, place);
}

function Card({ title, onClose }: { title: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [hosts, setHosts] = useState<string[]>();
  const [chosen, setChosen] = useState(0);
  const texts = dictionaries[document.documentElement.lang === 'vi' ? 'vi' : 'en'];
  const isHere = isOwn(location.hostname);
  const addresses = addressesOf(location.href, hosts ?? []);
  const address = addresses[chosen] ?? '';
  const code = useMemo(() => codeOf(address), [address]);

  useLayoutEffect(() => dialog.current?.showModal(), []);
  useLayoutEffect(() => {
    if (isHere) void fetchHosts().then(setHosts);
  }, []);

  // The browser closes it by itself; a page around the chat is not to close its window as well.
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') event.stopPropagation();
  }

  // An address that leads nobody here is not shown until it is clear that there is none but that.
  const isKnown = !isHere || hosts !== undefined;
  return (
    <dialog
      ref={dialog}
      class="projected"
      aria-labelledby="projected"
      onKeyDown={onKeyDown}
      onClose={onClose}
    >
      <div class="projected-tools">
        {document.fullscreenEnabled && (
          <button type="button" class="plain" onClick={() => void toggleFullscreen()}>
            {texts.wholeScreen}
          </button>
        )}
        <button type="button" class="plain" onClick={() => dialog.current?.close()}>
          {texts.close}
        </button>
      </div>
      <h2 id="projected">{title}</h2>
      {isKnown && (
        <>
          <p>{texts.scan}</p>
          <p class="projected-address" data-address={address}>
            {address.slice(0, address.indexOf('//') + 2)}
            <wbr />
            <b>{address.slice(address.indexOf('//') + 2).replace(/\/$/, '')}</b>
          </p>
          <svg
            class="projected-code"
            viewBox={`0 0 ${code.size} ${code.size}`}
            role="img"
            aria-label={texts.code(address)}
            shape-rendering="crispEdges"
          >
            <rect width={code.size} height={code.size} />
            <path d={code.path} />
          </svg>
          {isHere && hosts?.length === 0 && <p class="refusal">{texts.onlyHere}</p>}
          {access !== '' && <p class="refusal">{texts.invited}</p>}
          {addresses.length > 1 && (
            <p class="projected-others">
              {texts.others}:
              {addresses.map(
                (other, index) =>
                  index !== chosen && (
                    <button key={other} type="button" class="plain" onClick={() => setChosen(index)}>
                      {other}
                    </button>
                  ),
              )}
            </p>
          )}
        </>
      )}
    </dialog>
  );
}

const toggleFullscreen = () =>
  document.fullscreenElement === null
    ? document.documentElement.requestFullscreen().catch(() => {})
    : document.exitFullscreen();
