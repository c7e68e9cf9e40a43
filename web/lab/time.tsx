import { useRef, useState } from 'preact/hooks';
import type { Lab } from './lab.ts';
import { SignButton } from './sign.tsx';
import type { Words } from './words.ts';

/** Pause, steps, slow motion, and recordings as files. It is the view that stands still, never the server. */
export function TimeView({ lab, words }: { lab: Lab; words: Words }) {
  const file = useRef<HTMLInputElement>(null);
  const [isBad, setBad] = useState(false);
  const { time } = words;
  const isLive = !lab.isPaused && !lab.isImported && lab.pace === 0;

  function save(): void {
    const url = URL.createObjectURL(new Blob([lab.exported()], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'recording.json';
    link.click();
    URL.revokeObjectURL(url);
  }

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
      <SignButton sign="◀" id="back" says={time.back} onClick={() => lab.step(-1)} />
      <SignButton
        sign={lab.isPaused ? '▶▶' : '❚❚'}
        class="small wide"
        id="pause"
        says={lab.isPaused ? time.go : time.pause}
        onClick={() => lab.pause()}
      />
      <SignButton sign="▶" id="forward" says={time.forward} onClick={() => lab.step(1)} />
      <input
        type="range"
        id="place"
        aria-label={time.place}
        min="0"
        max={lab.length}
        value={lab.world.count}
        onInput={({ currentTarget }) => lab.seek(Number(currentTarget.value))}
      />
      <output class="place" data-count={lab.world.count}>
        {lab.world.count}/{lab.length}
      </output>
      <select
        id="pace"
        aria-label={time.pace}
        value={lab.pace}
        onChange={({ currentTarget }) => lab.setPace(Number(currentTarget.value))}
      >
        {[0, 5, 2, 1].map((pace) => (
          <option key={pace} value={pace}>
            {time.paces[pace]}
          </option>
        ))}
      </select>
      <button type="button" class="small wide" id="live" disabled={isLive} onClick={() => lab.goLive()}>
        {time.live}
      </button>
      <button type="button" class="small wide" id="export" onClick={save}>
        {time.export}
      </button>
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
