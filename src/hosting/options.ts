/** The tables of the settings that `createChat` takes, joined. */
import { moderationSettings } from '../moderation/settings.ts';
import { contentLimit } from '../protocol/timestamp.ts';
import { StartError } from '../start-error.ts';
import { admissionSettings } from './admission-settings.ts';
import { keepSettings } from './keep-settings.ts';
import { keySettings } from './keys.ts';
import { ledgerSettings } from './ledger-settings.ts';
import { limitSettings } from './limits.ts';
import { operationsSettings } from './operations.ts';
import { chatSettings, complete, type Values } from './settings.ts';
import { tlsSettings } from './tls.ts';

export const optionSettings = {
  ...chatSettings,
  ...keepSettings,
  ...ledgerSettings,
  ...limitSettings,
  ...admissionSettings,
  ...keySettings,
  ...tlsSettings,
  ...operationsSettings,
  ...moderationSettings,
};

/** All settings of a chat. */
export type ChatConfig = Values<typeof optionSettings>;

/** Checks a program's options and adds the defaults. Throws a StartError that names an invalid one. */
export function chatConfig(options: Partial<ChatConfig>): ChatConfig & { readonly maxContent: number } {
  const config = complete(optionSettings, options);
  const fault = contradictionIn(config);
  if (fault !== undefined) throw new StartError('CONFIG_INVALID', fault);
  return { ...config, maxContent: config.maxContent ?? contentLimit[config.dialect] };
}

/** What two settings that exclude or need one another say. */
function contradictionIn({ ledger, data, archive, archiveKeep }: ChatConfig): string | undefined {
  if (ledger !== undefined && data !== undefined)
    return 'with a ledger in Redis there is no data file: leave out one of ledger and data';
  if (archiveKeep !== undefined && archive === undefined)
    return 'archiveKeep says how long archives are kept: say with archive where they are';
  return undefined;
}
