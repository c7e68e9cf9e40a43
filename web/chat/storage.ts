/** Access to the browser's storages, any of which may be missing, full or forbidden. */

type Storage = 'localStorage' | 'sessionStorage';

export function recall(storage: Storage, key: string): string | null {
  try {
    return window[storage].getItem(`chatbox.${key}`);
  } catch {
    return null;
  }
}

/** Stores a text, or removes it if it is `undefined`. */
export function remember(storage: Storage, key: string, text: string | undefined): void {
  try {
    if (text === undefined) window[storage].removeItem(`chatbox.${key}`);
    else window[storage].setItem(`chatbox.${key}`, text);
  } catch {
    // Then the choice lasts until the page is closed.
  }
}
