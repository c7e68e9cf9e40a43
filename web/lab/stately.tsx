/** The hosted Stately inspector in a frame, fed with our events. */
import { render } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Mark } from '../chat/icons.tsx';
import { Settings, usePreferences } from '../chat/settings.tsx';
import { access, askForToken, eventsUrl, readConfig } from './address.ts';
import { Feed, type FeedStatus } from './feed.ts';
import { dictionaries } from './words.ts';

/** The token that opened this page opens the lab as well. */
const lab = `./${access}`;

function Stately() {
  const preferences = usePreferences();
  const [status, setStatus] = useState<FeedStatus>('connecting');
  const [feed, setFeed] = useState<Feed>();
  const frame = useRef<HTMLIFrameElement>(null);
  const words = dictionaries[preferences.language];
  const isWaiting = status === 'connecting' || status === 'offline';
  const trouble = isWaiting || status === 'live' ? undefined : words.trouble[status];

  useLayoutEffect(() => {
    document.title = words.stately.title;
  }, [words]);
  useLayoutEffect(() => {
    if (frame.current === null) return;
    setFeed(new Feed({ frame: frame.current, eventsUrl, onStatus: setStatus }));
  }, []);

  return (
    <div class="page" data-status={status}>
      <header class="header">
        <div class="brand">
          <Mark />
          <h1>{words.stately.title}</h1>
          <span class="mode" data-mode={status} role="status">
            {words.stately.status[status]}
          </span>
        </div>
        <a class="back" href={lab}>
          {words.stately.back}
        </a>
        <Settings {...preferences} />
      </header>
      {trouble !== undefined && (
        <p class="warning" role="alert">
          {trouble}
        </p>
      )}
      <main class="stage">
        {/* Not hidden before it is shown: a browser lets such a page run slowly, or not at all. */}
        <iframe ref={frame} class="hosted" title={words.stately.title} inert={isWaiting} />
        {status === 'connecting' && (
          <div class="cover">
            <p>{words.stately.waiting}</p>
          </div>
        )}
        {status === 'offline' && (
          <div class="cover" role="alert">
            <p>{words.stately.offline}</p>
            <div class="buttons">
              <button type="button" class="primary" onClick={() => feed?.load()}>
                {words.stately.retry}
              </button>
              <a class="back" href={lab}>
                {words.stately.back}
              </a>
            </div>
          </div>
        )}
      </main>
      <footer class="keys">
        {words.stately.note} <code>--inspect-content</code>.
      </footer>
    </div>
  );
}

const place = document.getElementById('page');
if ((await readConfig()) === undefined) askForToken();
else if (place !== null) render(<Stately />, place);
