/** The tables of the settings that `createChat` takes, joined. */
import { moderationSettings } from '../moderation/settings.ts';
import { contentLimit } from '../protocol/timestamp.ts';
import { StartError } from '../start-error.ts';
import { admissionSettings } from './admission-settings.ts';
import { ledgerSettings } from './ledger-settings.ts';
import { limitSettings } from './limits.ts';
import { operationsSettings } from './operations.ts';
import { chatSettings, complete, type Values } from './settings.ts';
import { tlsSettings } from './tls.ts';

export const optionSettings = {
  ...chatSettings,
  ...ledgerSettings,
  ...limitSettings,
  ...admissionSettings,
  ...tlsSettings,
  ...operationsSettings,
  ...moderationSettings,
};

/** All settings of a chat. */
export type ChatConfig = Values<typeof optionSettings>;

/** Checks a program's options and adds the defaults. Throws a StartError that names an invalid one. */
export function chatConfig(options: Partial<ChatConfig>): ChatConfig & { readonly maxContent: number } {
  const config = complete(optionSettings, options);
  if (config.ledger !== undefined && config.data !== undefined)
    throw new StartError(
      'CONFIG_INVALID',
      'with a ledger in Redis there is no data file: leave out one of ledger and data',
    );
  return { ...config, maxContent: config.maxContent ?? contentLimit[config.dialect] };
}
