/** A reload: the executable reads its settings again on SIGHUP and takes over what can change while it runs. */
import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../actors/log.ts';
import { StartError } from '../start-error.ts';
import { admissionSettings } from './admission-settings.ts';
import { keySettings } from './keys.ts';
import { limitSettings } from './limits.ts';
import type { Settings, Values } from './settings.ts';
import { tlsSettings } from './tls.ts';

type Given = Values<Settings>;

const changeable: Settings = { ...limitSettings, ...admissionSettings, ...keySettings, ...tlsSettings };

/** The names of settings that are different in `next` and cannot change while a chat runs. */
export function fixedSettings(now: Given, next: Given): string[] {
  const fixed = Object.keys(next).filter((name) => !Object.hasOwn(changeable, name));
  const different = fixed.filter((name) => !isDeepStrictEqual(now[name], next[name]));
  // A port speaks TLS or does not.
  const isSame = (now['tlsCert'] === undefined) === (next['tlsCert'] === undefined);
  return isSame ? different : [...different, 'tlsCert'];
}

export type Reload = {
  /** Takes over the settings. Resolves to the names of those that cannot change. */
  apply: () => Promise<string[]>;
  log: Log;
  /** Writes a line regardless of the log's level. */
  note: (text: string) => void;
};

/** Reloads. If the new settings cannot be, everything stays as it was, and that is logged. */
export async function reload({ apply, log, note }: Reload): Promise<void> {
  try {
    const fixed = await apply();
    if (fixed.length > 0)
      log({ kind: 'warning', text: `these settings cannot change before a restart: ${fixed.join(', ')}` });
    note('settings reloaded');
  } catch (error) {
    const said = error instanceof StartError ? `the settings were not reloaded: ${error.message}` : error;
    log({ kind: 'error', connection: undefined, error: said });
  }
}
