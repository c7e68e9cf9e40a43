/** What is kept in this browser, or in this tab, where the browser lets us: a storage may be missing, full or forbidden. */

type Storage = 'localStorage' | 'sessionStorage';

export function recall(storage: Storage, key: string): string | null {
  try {
    return window[storage].getItem(`chatbox.${key}`);
  } catch {
    return null;
  }
}

/** Keeps a text, or nothing any more. */
export function remember(storage: Storage, key: string, text: string | undefined): void {
  try {
    if (text === undefined) window[storage].removeItem(`chatbox.${key}`);
    else window[storage].setItem(`chatbox.${key}`, text);
  } catch {
    // It holds until the page is closed.
  }
}
