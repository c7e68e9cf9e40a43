import { useRef, useState } from 'preact/hooks';
import type { Language } from '../chat/words.ts';
import type { Lab } from './lab.ts';
import { ShareView } from './share/share.tsx';
import { SignButton } from './sign.tsx';
import type { Words } from './words.ts';

/** Pause, steps, slow motion, and recordings as files. Only the view is stopped, never the server. */
export function TimeView({ lab, words, language }: { lab: Lab; words: Words; language: Language }) {
  const file = useRef<HTMLInputElement>(null);
  const [isBad, setBad] = useState(false);
  const { time } = words;
  const { playback } = lab;
  const { isPaused, length, pace, speed, world } = playback;

  async function load(chosen: File | undefined): Promise<void> {
    if (chosen === undefined) return;
    try {
      lab.import(await chosen.text());
      setBad(false);
    } catch {
      setBad(true);
    }
    if (file.current !== null) file.current.value = '';
  }

  return (
    <fieldset class="time" aria-label={time.label}>
      <SignButton sign="◀" id="back" says={time.back} onClick={() => playback.step(-1)} />
      <SignButton
        sign={isPaused ? '▶▶' : '❚❚'}
        class="small wide"
        id="pause"
        says={isPaused ? time.go : time.pause}
        onClick={() => playback.pause()}
      />
      <SignButton sign="▶" id="forward" says={time.forward} onClick={() => playback.step(1)} />
      <label class="check" title={time.showPings}>
        <input
          type="checkbox"
          id="pings"
          checked={playback.showsPings}
          aria-label={`${time.pings}: ${time.showPings}`}
          onInput={({ currentTarget }) => playback.showPings(currentTarget.checked)}
        />
        {time.pings}
      </label>
      <input
        type="range"
        id="place"
        aria-label={time.place}
        min="0"
        max={length}
        value={world.count}
        onInput={({ currentTarget }) => playback.seek(Number(currentTarget.value))}
      />
      <output class="place" data-count={world.count}>
        {world.count}/{length}
      </output>
      <select
        id="pace"
        aria-label={time.pace}
        value={speed > 0 ? `×${speed}` : pace}
        onChange={({ currentTarget: { value } }) =>
          value.startsWith('×')
            ? playback.setPace(0, Number(value.slice(1)))
            : playback.setPace(Number(value))
        }
      >
        {[0, 5, 2, 1].map((steps) => (
          <option key={steps} value={steps}>
            {time.paces[steps]}
          </option>
        ))}
        {[4, 1, 0.25].map((times) => (
          <option key={times} value={`×${times}`}>
            {time.speeds[times]}
          </option>
        ))}
      </select>
      {lab.link && (
        <button
          type="button"
          class="small wide"
          id="live"
          disabled={playback.mode === 'live'}
          onClick={() => playback.goLive()}
        >
          {time.live}
        </button>
      )}
      <ShareView lab={lab} language={language} />
      <button type="button" class="small wide" id="import" onClick={() => file.current?.click()}>
        {time.import}
      </button>
      <input
        ref={file}
        type="file"
        id="file"
        accept=".json,application/json"
        hidden
        onChange={({ currentTarget }) => void load(currentTarget.files?.[0])}
      />
      {isBad && (
        <span class="refusal" role="alert">
          {words.badFile}
        </span>
      )}
    </fieldset>
  );
}

/** Leads from one event of the chosen actor to the next. */
export function EventsView({ lab, words: { time } }: { lab: Lab; words: Words }) {
  const isDisabled = lab.selection.session === undefined;
  return (
    <span class="zoom">
      <SignButton
        sign="|◀"
        id="back-of-chosen"
        says={time.backOfChosen}
        disabled={isDisabled}
        onClick={() => lab.stepOfChosen(-1)}
      />
      <SignButton
        sign="▶|"
        id="forward-of-chosen"
        says={time.forwardOfChosen}
        disabled={isDisabled}
        onClick={() => lab.stepOfChosen(1)}
      />
    </span>
  );
}
