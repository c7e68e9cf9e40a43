import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { Avatar } from './avatar.tsx';
import { ClockIcon } from './icons.tsx';
import { lazy } from './lazy.tsx';
import type { Session } from './session.ts';
import { formatTime, machineTime } from './time.ts';
import type { MessageRow, OutgoingRow, Row } from './transcript.ts';
import { refusalInWords, type Words } from './words.ts';

/** A message is there to be read before its links are. */
const Rich = lazy(
  async () => (await import('./rich.tsx')).Rich,
  ({ text }) => text,
);

export type RowProps = { row: Row; session: Session; words: Words; locale: string };

/** The content of one row. Rendered again only if the row is a different object. */
export function RowContent({ row, session, words, locale }: RowProps) {
  const { mention, ignored } = session;
  const isIgnored = row.kind === 'message' && !row.isOwn && ignored.has(row.message.name);
  return useMemo(() => {
    if (row.kind === 'message') {
      const said = <Said row={row} locale={locale} mention={mention} />;
      return isIgnored ? <Hidden words={words}>{said}</Hidden> : said;
    }
    if (row.kind === 'outgoing') return <Outgoing row={row} session={session} words={words} />;
    if (row.kind === 'notice') return <Happened row={row} words={words} />;
    return <p class="divider">{row.kind === 'unread' ? words.unread : words.beginning}</p>;
  }, [row, session, mention, isIgnored, words, locale]);
}

/** What somebody says whom the reader ignores: there for who wants it. */
function Hidden({ words, children }: { words: Words; children: ComponentChildren }) {
  return (
    <details class="hidden">
      <summary>{words.ignored}</summary>
      {children}
    </details>
  );
}

function Said({ row, locale, mention }: { row: MessageRow; locale: string; mention: RegExp }) {
  const { message, date, isOwn, isHead, opensDay } = row;
  const time =
    date === undefined ? (
      <time>{message.timestamp}</time>
    ) : (
      <time dateTime={machineTime(date)} title={formatTime(date, 'full', locale)}>
        {formatTime(date, 'time', locale)}
      </time>
    );
  return (
    <>
      {opensDay && date !== undefined && <p class="divider">{formatTime(date, 'day', locale)}</p>}
      <Bubble name={message.name} content={message.content} mention={mention} isOwn={isOwn} isHead={isHead}>
        {time}
      </Bubble>
    </>
  );
}

function Outgoing({ row, session, words }: { row: OutgoingRow; session: Session; words: Words }) {
  const { id, content, state, refusal } = row.outgoing;
  const { client, limits } = session;

  // When the buttons disappear, the focus must move on, or it is lost.
  function settle(act: (id: number) => void): void {
    act(id);
    document.getElementById('message')?.focus();
  }

  return (
    <>
      <Bubble
        name={client.state.nickname ?? ''}
        content={content}
        mention={session.mention}
        isOwn
        isHead={row.isHead}
      >
        {state !== 'failed' && (
          <span class="delivery" title={state === 'sending' ? words.sending : words.queued}>
            <ClockIcon />
            <span class="unseen">{state === 'sending' ? words.sending : words.queued}</span>
          </span>
        )}
      </Bubble>
      {state === 'failed' && (
        <div class="failure">
          <p>
            <strong>{words.failed}</strong> {refusal !== undefined && refusalInWords(refusal, words, limits)}
          </p>
          <button type="button" class="plain" onClick={() => settle(client.retry)}>
            {words.retry}
          </button>
          <button type="button" class="plain" onClick={() => settle(client.discard)}>
            {words.discard}
          </button>
        </div>
      )}
    </>
  );
}

type BubbleProps = {
  name: string;
  content: string;
  mention: RegExp;
  isOwn: boolean;
  isHead: boolean;
  children: ComponentChildren;
};

/** A message. Its author is named in each, but shown only where a group begins. */
function Bubble({ name, content, mention, isOwn, isHead, children }: BubbleProps) {
  return (
    <div class="message">
      {isHead && !isOwn && <Avatar nickname={name} />}
      <p class="byline">
        <bdi class={isHead && !isOwn ? 'author' : 'unseen'} data-name>
          {name}
        </bdi>
        {children}
      </p>
      <p class="bubble" dir="auto" data-content>
        <Rich text={content} mention={mention} />
      </p>
    </div>
  );
}

function Happened({ row, words }: { row: Row & { kind: 'notice' }; words: Words }) {
  const { notice } = row;
  return (
    <p class="notice">
      {notice.datatype === 'change' ? (
        <>
          <bdi>{notice.oldname}</bdi> {words.renamed} <bdi>{notice.newname}</bdi>
        </>
      ) : (
        <>
          <bdi>{notice.name}</bdi> {notice.datatype === 'register' ? words.joined : words.left}
        </>
      )}
    </p>
  );
}
