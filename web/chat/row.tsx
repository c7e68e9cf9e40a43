import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Notice } from '../../src/client/client.ts';
import { isRemoved } from '../../src/protocol/text.ts';
import { Avatar } from './avatar.tsx';
import { ClockIcon } from './icons.tsx';
import { lazy } from './lazy.tsx';
import type { Session } from './session.ts';
import { countLines, isBlank } from './text.ts';
import type { MessageRow, NoticeRow, OutgoingRow, Row } from './transcript.ts';
import { refusalInWords, type Words } from './words.ts';

/** A message is there to be read before its links are. */
const Rich = lazy(
  async () => (await import('./room.ts')).Rich,
  ({ text }) => text,
);

/** More comings and goings in a row are folded. */
const mostLines = 3;
/** Longer texts are folded to a part of this. */
const mostTextLines = 20;

export type RowProps = { row: Row; session: Session; words: Words; locale: string };

/** The content of one row. Rendered again only if the row is a different object. */
export function RowContent({ row, session, words, locale }: RowProps) {
  const { mention, ignored, tools } = session;
  const isIgnored = row.kind === 'message' && !row.isOwn && ignored.has(row.message.name);
  return useMemo(() => {
    if (row.kind === 'message') {
      const said = <Said row={row} session={session} words={words} locale={locale} />;
      return isIgnored ? <Hidden words={words}>{said}</Hidden> : said;
    }
    if (row.kind === 'outgoing') return <Outgoing row={row} session={session} words={words} />;
    if (row.kind === 'announcement')
      return (
        <p class="announcement">
          <strong>{words.announcement} </strong>
          <Rich text={row.content} mention={mention} />
        </p>
      );
    if (row.kind === 'notice') return <Happened row={row} session={session} words={words} />;
    return <p class="divider">{row.kind === 'unread' ? words.unread : words.beginning}</p>;
  }, [row, session, tools, mention, isIgnored, words, locale]);
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

type SaidProps = { row: MessageRow; session: Session; words: Words; locale: string };

function Said({ row, session, words, locale }: SaidProps) {
  const { clock } = session.transcript;
  const { message, date, isOwn, isHead, opensDay } = row;
  const time =
    date === undefined ? (
      <time>{message.timestamp}</time>
    ) : (
      <time
        dateTime={clock.machineTime(date)}
        title={`${clock.format(date, 'full', locale)}\n${words.serverTime(message.timestamp, clock.zone)}`}
      >
        {clock.format(date, 'time', locale)}
      </time>
    );
  return (
    <>
      {opensDay && date !== undefined && <p class="divider">{clock.format(date, 'day', locale)}</p>}
      {isRemoved(message) ? (
        <p class="notice">{words.removed}</p>
      ) : (
        <Bubble
          id={row.key}
          session={session}
          words={words}
          name={message.name}
          content={message.content}
          isOwn={isOwn}
          isHead={isHead}
        >
          {time}
          {session.tools?.(words, message)}
        </Bubble>
      )}
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
        id={row.key}
        session={session}
        words={words}
        name={client.state.nickname ?? ''}
        content={content}
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
  id: Row['key'];
  session: Session;
  words: Words;
  name: string;
  content: string;
  isOwn: boolean;
  isHead: boolean;
  children: ComponentChildren;
};

/** A message. Its author is named in each, but shown only where a group begins. */
function Bubble({ id, session, words, name, content, isOwn, isHead, children }: BubbleProps) {
  const [isUnfolded, setUnfolded] = useState(session.unfolded.has(id));
  const isTall = countLines(content) > mostTextLines;

  function unfold(): void {
    session.unfold(id, !isUnfolded);
    setUnfolded(!isUnfolded);
  }

  return (
    <div class="message">
      {isHead && !isOwn && <Avatar nickname={name} />}
      <p class="byline">
        <bdi class={isHead && !isOwn ? 'author' : 'unseen'} title={name} data-name>
          {name}
        </bdi>
        {children}
      </p>
      <p class={`bubble ${isTall && !isUnfolded ? 'folded' : ''}`} dir="auto" data-content>
        {isBlank(content) && <span class="blank">{words.blank}</span>}
        <Rich text={content} mention={session.mention} />
      </p>
      {isTall && (
        <button type="button" class="plain fold" aria-expanded={isUnfolded} onClick={unfold}>
          {isUnfolded ? words.fold : words.unfold}
        </button>
      )}
    </div>
  );
}

/** Comings and goings that are many are one line, which can be unfolded. */
function Happened({ row, session, words }: { row: NoticeRow; session: Session; words: Words }) {
  const { key, notices, joined, left } = row;
  const list = notices.map((notice, index) => <Line key={index} notice={notice} words={words} />);
  if (joined + left <= mostLines) return <>{list}</>;
  return (
    <details
      class="run"
      open={session.unfolded.has(key)}
      onToggle={({ currentTarget }) => session.unfold(key, currentTarget.open)}
    >
      <summary class="notice">{words.traffic(joined, left)}</summary>
      {list}
    </details>
  );
}

function Line({ notice, words }: { notice: Notice; words: Words }) {
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
