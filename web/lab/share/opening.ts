import { useLayoutEffect, useState } from 'preact/hooks';
import type { Lab } from '../lab.ts';
import { type Flaw, holdsRecording, textIn, Unreadable } from './fragment.ts';

/**
 * Opens the recording that comes with the page, if one does, the one in its address, and each file that is dropped on it.
 * Returns why the last one could not be opened.
 */
export function useOpening(lab: Lab, recording: string | undefined): Flaw | undefined {
  const [flaw, setFlaw] = useState<Flaw>();
  useLayoutEffect(() => {
    const open = async (read: Promise<string>) => {
      try {
        lab.import(await read);
        setFlaw(undefined);
      } catch (error) {
        setFlaw(error instanceof Unreadable ? error.flaw : 'foreign');
      }
    };
    const onAddress = () => {
      if (holdsRecording(location.hash)) void open(textIn(location.hash));
    };
    const onDragOver = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    const onDrop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      void open(file.text());
    };
    if (recording !== undefined) void open(Promise.resolve(recording));
    onAddress();
    window.addEventListener('hashchange', onAddress);
    document.addEventListener('dragover', onDragOver);
    document.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('hashchange', onAddress);
      document.removeEventListener('dragover', onDragOver);
      document.removeEventListener('drop', onDrop);
    };
  }, [lab, recording]);
  return flaw;
}
