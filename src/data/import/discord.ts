import { exportReader, type Fields } from './export-file.ts';
import { textOf } from './intake.ts';

/** What people say: messages, replies to them, and answers of programs, which have numbers. */
const kinds: readonly unknown[] = ['Default', 'Reply', '20', '23'];

const parts = ['attachments', 'stickers', 'embeds'];

/** The JSON of DiscordChatExporter. */
export const readDiscord = exportReader((element) => {
  if (!kinds.includes(element['type'])) return { type: 'event' };
  const { nickname, name } = (element['author'] ?? {}) as Fields;
  const lost = parts.filter(
    (part) => hasMembers(element[part]) && (part !== 'embeds' || element['content'] === ''),
  );
  return {
    type: 'said',
    name: textOf(nickname) || textOf(name),
    content: textOf(element['content']),
    time: new Date(textOf(element['timestamp'])),
    lost: lost[0] && lost.join(', '),
  };
});

const hasMembers = (value: unknown) => Array.isArray(value) && value.length > 0;
