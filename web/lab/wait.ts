type Listen<Found> = (onFound: (found: Found) => void, onFailed: (why: string) => void) => () => void;

/**
 * Resolves to what `listen` finds; `listen` returns a function that stops it. Rejects with an Error that says why it failed,
 * or says `late` if nothing was found in time.
 */
export function waitFor<Found>(listen: Listen<Found>, limitMs: number, late: string): Promise<Found> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      stop();
      clearTimeout(timer);
      settle();
    };
    const fail = (why: string) => end(() => reject(new Error(why)));
    const timer = limitMs === Infinity ? undefined : setTimeout(() => fail(late), limitMs);
    const stop = listen((found) => end(() => resolve(found)), fail);
  });
}
