import { useLayoutEffect, useState } from 'preact/hooks';
import { isRemoved } from '../../src/protocol/text.ts';
import { excerptOf } from './excerpt.ts';
import { selectedIn } from './selected.ts';
import type { Session } from './session.ts';
import { isShortcut } from './shortcut.ts';
import type { Words } from './words.ts';

const en = { copied: 'Messages copied: ', missing: 'Older messages not loaded: ' };
const vi: typeof en = { copied: 'Số tin đã chép: ', missing: 'Số tin cũ hơn chưa tải: ' };

type Props = { session: Session; words: Words; locale: string };

/**
 * Copies a selection of several rows as text, with the rows that are not in the document. The first and the last one are
 * copied whole: a part of a message beside its author's name would be a misquotation. Of a selection within one row, the
 * browser copies what is selected. Ctrl+A selects the whole conversation; what the page has not loaded of it is counted.
 */
export function Copying({ session, words, locale }: Props) {
  const [notice, setNotice] = useState<{ text: string; at: number }>();

  useLayoutEffect(() => {
    const { copied, missing } = words.language === 'vi' ? vi : en;
    session.selected = () => selectedIn(session.transcript);
    const onCopy = (event: ClipboardEvent) => {
      const { transcript } = session;
      const { first, last, isFromTop } = session.selected();
      if (isField(event.target) || (first >= last && !isFromTop)) return;
      const rows = Array.from({ length: transcript.count }, (_, index) => transcript.row(index))
        .slice(first, last + 1)
        .filter((row) => row?.kind === 'message')
        .filter(({ message }) => !isRemoved(message));
      const older = isFromTop ? rows[0]?.key : 0;
      const lack = older ? [missing + older] : [];
      event.clipboardData?.setData(
        'text/plain',
        [...lack, excerptOf(rows, session, words, locale)].join('\n'),
      );
      event.preventDefault();
      setNotice({ text: [copied + rows.length, ...lack].join('. '), at: event.timeStamp });
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const { target } = event;
      const log = target instanceof Element ? target.closest('[role="log"]') : null;
      if (log === null || !isShortcut(event, 'a')) return;
      event.preventDefault();
      getSelection()?.selectAllChildren(log);
    };
    document.addEventListener('copy', onCopy);
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('keydown', onKeyDown);
    };
  }, [session, words, locale]);

  // A new element each time, so that a repeated notice is shown and announced again.
  return (
    <div role="status">
      {notice && (
        <p key={notice.at} class="loading copied">
          {notice.text}
        </p>
      )}
    </div>
  );
}

/** Fields have a selection of their own. */
function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input, textarea');
}
