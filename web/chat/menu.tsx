import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Alert, isOn, turn } from './alerts.ts';
import type { Session } from './session.ts';
import { type Preferences, Settings } from './settings.tsx';
import type { Language, Words } from './words.ts';

const en = {
  title: 'Options and help',
  invite: 'QR code (Alt+J)',
  alerts: 'While you are not looking at this page',
  sound: 'Play a sound',
  notification: 'Show a notification',
  forbidden: 'This browser does not allow it here.',
  ignored: 'Ignored, only for you',
  writing: 'In a message',
  help: [
    ['*text*', 'strong'],
    ['_text_', 'emphasized'],
    ['`text`', 'code'],
    ['@nickname', 'mentions somebody, who is alerted'],
    ['/nick nickname', 'changes your nickname'],
    ['/ignore nickname', 'hides what somebody writes, only for you'],
    ['/help', 'shows this'],
  ],
};
const vi: typeof en = {
  title: 'Tuỳ chọn và trợ giúp',
  invite: 'Mã QR (Alt+J)',
  alerts: 'Khi bạn không nhìn vào trang này',
  sound: 'Phát âm thanh',
  notification: 'Hiện thông báo',
  forbidden: 'Trình duyệt không cho phép ở đây.',
  ignored: 'Đang ẩn, chỉ với riêng bạn',
  writing: 'Trong tin nhắn',
  help: [
    ['*chữ*', 'in đậm'],
    ['_chữ_', 'in nghiêng'],
    ['`chữ`', 'mã'],
    ['@biệt danh', 'nhắc tên ai đó, người ấy được báo'],
    ['/nick biệt danh', 'đổi biệt danh của bạn'],
    ['/ignore biệt danh', 'ẩn những gì ai đó viết, chỉ với riêng bạn'],
    ['/help', 'hiện phần này'],
  ],
};
const dictionaries: Record<Language, typeof en> = { en, vi };

type Props = { session: Session; words: Words; preferences: Preferences; onClose: () => void };

/** What is set seldom, and what can be written. */
export function Menu({ session, words, preferences, onClose }: Props) {
  const own = dictionaries[preferences.language];
  const dialog = useRef<HTMLDialogElement>(null);
  const { ignored } = session;

  useLayoutEffect(() => dialog.current?.showModal(), []);

  // The browser closes it by itself; the page around the chat is not to close its window as well.
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') event.stopPropagation();
  }

  return (
    <dialog ref={dialog} class="menu" aria-labelledby="menu" onKeyDown={onKeyDown} onClose={onClose}>
      <h2 id="menu">{own.title}</h2>
      <Settings {...preferences} />
      <a class="plain" href="#join">
        {own.invite}
      </a>
      <fieldset>
        <legend>{own.alerts}</legend>
        {(['sound', 'notification'] as const).map((alert) => (
          <Switch key={alert} alert={alert} label={own[alert]} forbidden={own.forbidden} session={session} />
        ))}
      </fieldset>
      {ignored.names.length > 0 && (
        <>
          <h3>{own.ignored}</h3>
          {ignored.names.map((name) => (
            <button key={name} type="button" class="plain" onClick={() => ignored.set(name, false)}>
              {words.hear}: <bdi>{name}</bdi>
            </button>
          ))}
        </>
      )}
      <h3>{own.writing}</h3>
      <dl>
        {own.help.map(([text, meaning]) => (
          <div key={text}>
            <dt>
              <code>{text}</code>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="primary" onClick={() => dialog.current?.close()}>
        {words.close}
      </button>
    </dialog>
  );
}

type SwitchProps = { alert: Alert; label: string; forbidden: string; session: Session };

function Switch({ alert, label, forbidden, session }: SwitchProps) {
  const [isChosen, setChosen] = useState(isOn(alert));
  const [isForbidden, setForbidden] = useState(false);

  async function choose(isWanted: boolean): Promise<void> {
    setChosen(isWanted);
    const isNow = await turn(alert, isWanted, session);
    setChosen(isNow);
    setForbidden(isWanted && !isNow);
  }

  return (
    <label>
      <input
        type="checkbox"
        checked={isChosen}
        onChange={({ currentTarget }) => void choose(currentTarget.checked)}
      />
      {label} {isForbidden && <small role="alert">{forbidden}</small>}
    </label>
  );
}
