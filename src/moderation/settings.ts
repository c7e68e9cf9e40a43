import { text } from '../hosting/settings.ts';

export const moderationSettings = {
  /** File to which every act of a moderator is added, a line each. Default beside the data, `db/data.json.audit`. */
  audit: text.optional().meta({
    description: 'file to which every act of a moderator is added, a line each',
    unset: 'beside the data, db/data.json.audit',
    isPath: true,
  }),
};
