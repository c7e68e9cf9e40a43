import { exportReader, type Fields } from './export-file.ts';
import { textOf } from './intake.ts';

/** What a message can have besides text, by the key under which it is. */
const parts = [
  'photo',
  'file',
  'poll',
  'contact_information',
  'location_information',
  'game_title',
  'invoice_information',
];

/** The `result.json` of Telegram Desktop. */
export const readTelegram = exportReader((element) => {
  if (element['type'] !== 'message') return { type: 'event' };
  const { from, date, date_unixtime: seconds, media_type: media } = element;
  const part = parts.find((key) => element[key] !== undefined)?.replace(/_.*/, '');
  return {
    type: 'said',
    // The name of a deleted account is null.
    name: textOf(from) || 'Deleted Account',
    content: plainText(element['text']),
    // Without it, the time is that of the zone in which it was exported.
    time: new Date(typeof seconds === 'string' ? Number(seconds) * 1000 : textOf(date)),
    lost: textOf(media).replaceAll('_', ' ') || part,
  };
});

/** A text is a string, or an array of strings and of parts with a form of their own, such as links. */
function plainText(text: unknown): string {
  const pieces: unknown[] = Array.isArray(text) ? text : [text];
  return pieces.map((piece) => textOf(piece) || textOf((piece as Fields | null)?.['text'])).join('');
}
