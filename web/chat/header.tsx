import { Avatar } from './avatar.tsx';
import { Mark, MenuIcon, PencilIcon, PeopleIcon, SearchIcon } from './icons.tsx';
import type { Session } from './session.ts';
import type { Words } from './words.ts';

type Props = {
  session: Session;
  words: Words;
  title: string;
  isRenaming: boolean;
  isMembersOpen: boolean;
  onRename: () => void;
  onMenu: () => void;
  onMembers: () => void;
};

/** Its dialog is there as soon as it has been fetched. */
const openSearch = () => document.querySelector<HTMLDialogElement>('#finder')?.showModal();

/** The bar above the conversation: the chat's name, the reader's nickname, the settings. */
export function Header({
  session,
  words,
  title,
  isRenaming,
  isMembersOpen,
  onRename,
  onMenu,
  onMembers,
}: Props) {
  const { status, nickname = '', online } = session.client.state;
  const connection = status === 'registered' ? words.connected : words.disconnected;
  return (
    <header class="header">
      <div class="brand">
        <span class="sign">
          <Mark />
          <span class="dot" data-connected={status === 'registered' ? '' : undefined} title={connection} />
        </span>
        <h1>{title}</h1>
        <span class="unseen">{connection}</span>
      </div>
      <div class="me">
        <Avatar nickname={nickname} />
        <bdi title={nickname}>{nickname}</bdi>
        <button
          type="button"
          class="tool"
          id="rename"
          aria-label={words.rename}
          title={words.rename}
          aria-expanded={isRenaming}
          onClick={onRename}
        >
          <PencilIcon />
        </button>
      </div>
      {session.tools?.(words)}
      <button
        type="button"
        class="tool"
        aria-label={words.search}
        title={words.search}
        aria-haspopup="dialog"
        onClick={openSearch}
      >
        <SearchIcon />
      </button>
      <button
        type="button"
        class="tool"
        aria-label={words.menu}
        title={words.menu}
        aria-haspopup="dialog"
        onClick={onMenu}
      >
        <MenuIcon />
      </button>
      <button
        type="button"
        class="tool members-toggle"
        id="members-toggle"
        aria-label={words.members(online.length)}
        aria-expanded={isMembersOpen}
        aria-controls="members"
        onClick={onMembers}
      >
        <PeopleIcon />
        <span aria-hidden="true">{online.length}</span>
      </button>
    </header>
  );
}
