/** What only moderators need, fetched for `#moderate` and for those who have signed in. */
import { render } from 'preact';
import { Icon, MenuIcon } from '../icons.tsx';
import type { Session, Tools } from '../session.ts';
import { Desk, recallToken } from './desk.ts';
import styles from './moderation.css?inline';
import { Root } from './root.tsx';
import { dictionaries } from './texts.ts';

const ShieldIcon = () => (
  <Icon>
    <path d="M12 3.5 5 6v5.5c0 4.2 2.9 7.3 7 9 4.1-1.7 7-4.8 7-9V6l-7-2.5ZM9 12l2.2 2.2L15.2 10" />
  </Icon>
);

let open: (() => void) | undefined;
/** Returns what opens that which `#moderate` asks for. It begins only once. */
export function begin(session: Session): () => void {
  open ??= moderate(session);
  return open;
}

function moderate(session: Session): () => void {
  const desk = new Desk(session, recallToken());
  const tools: Tools = (words, target) => {
    const texts = dictionaries[words.language];
    const label = target === undefined ? texts.title : texts.moderate(target.name);
    return (
      <button
        type="button"
        class={target === undefined ? 'tool shield' : 'tool acts'}
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        onClick={() => desk.open(target ?? 'panel')}
      >
        {target === undefined ? <ShieldIcon /> : <MenuIcon />}
      </button>
    );
  };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets.push(sheet);
  const place = document.createElement('div');
  document.body.append(place);
  render(<Root desk={desk} />, place);
  if (desk.isSignedIn) {
    session.equip(tools);
    void desk.check();
  }
  return () => desk.open(desk.isSignedIn ? 'panel' : 'entry');
}
