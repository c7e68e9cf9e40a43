import './share.css';
import { useRef, useState } from 'preact/hooks';
import type { Language } from '../../chat/words.ts';
import type { Lab } from '../lab.ts';
import { Sheet } from '../sheet.tsx';
import { en, type ShareWords } from './en.ts';
import { fragmentOf, mostCharacters } from './fragment.ts';
import { withRecording } from './page.ts';
import { save } from './save.ts';
import { vi } from './vi.ts';

export const shareWords: Record<Language, ShareWords> = { en, vi };

/** A button that offers three ways to share the recording that is shown. */
export function ShareView({ lab, language }: { lab: Lab; language: Language }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const address = useRef<HTMLInputElement>(null);
  const [link, setLink] = useState('');
  const [outcome, setOutcome] = useState('');
  const said = shareWords[language];
  const { readPage } = lab.options;

  function open(): void {
    setLink('');
    setOutcome('');
    dialog.current?.showModal();
  }

  function saved(name: string, type: string, text: string): void {
    save(name, type, text);
    dialog.current?.close();
  }

  async function copy(): Promise<void> {
    const url = new URL(location.href);
    url.hash = await fragmentOf(lab.exported());
    if (url.hash.length > mostCharacters) {
      setOutcome(said.tooLong(url.hash.length, mostCharacters));
      return;
    }
    setLink(url.href);
    try {
      await navigator.clipboard.writeText(url.href);
      setOutcome(said.copied);
    } catch {
      setOutcome(said.uncopied);
      address.current?.select();
    }
  }

  async function savePage(read: () => Promise<string>): Promise<void> {
    try {
      saved('lab.html', 'text/html', withRecording(await read(), lab.exported()));
    } catch {
      setOutcome(said.failed);
    }
  }

  return (
    <>
      <button type="button" class="small wide" id="share" onClick={open}>
        {said.title}
      </button>
      <Sheet name="sharing" title={said.title} close={said.close} dialog={dialog}>
        <p class="hint">{said.about}</p>
        <dl>
          <dt>
            <button type="button" class="plain" id="copy-link" onClick={() => void copy()}>
              {said.link}
            </button>
          </dt>
          <dd>
            {said.aboutLink}
            <input
              ref={address}
              class="field"
              readOnly
              hidden={link === ''}
              value={link}
              aria-label={said.address}
            />
          </dd>
          <dt>
            <button
              type="button"
              class="plain"
              id="export"
              onClick={() => saved('recording.json', 'application/json', lab.exported())}
            >
              {said.file}
            </button>
          </dt>
          <dd>{said.aboutFile}</dd>
          {readPage !== undefined && (
            <>
              <dt>
                <button type="button" class="plain" id="save-page" onClick={() => void savePage(readPage)}>
                  {said.page}
                </button>
              </dt>
              <dd>{said.aboutPage}</dd>
            </>
          )}
        </dl>
        <p class="outcome" role="status">
          {outcome}
        </p>
      </Sheet>
    </>
  );
}
