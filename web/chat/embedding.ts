/** Messages from the chat in an iframe to the page around it, none of them secret; and who has the focus. */

/** Whether the chat may take the focus. In an iframe it may not until the reader has moved it there. */
export const mayFocus = () => parent === window || document.hasFocus();

/** Puts the keyboard where one writes. */
export function focusField(): void {
  (document.getElementById('message') ?? document.getElementById('nickname'))?.focus({ preventScroll: true });
}

/** The reader wants the window of the chat closed. */
export const closing = 'classic-chatbox:close';

/** The chat is here: where a frame may not show it, this is never said. */
export const ready = 'classic-chatbox:ready';

/** The reader has opened the window of the chat, and wants to write. */
export const opened = 'classic-chatbox:opened';

/** What the host calls the room, and its colour. */
export type RoomNews = { type: 'classic-chatbox:room'; title: string | undefined; color: string | undefined };

/** A `RoomNews`; undefined for anything else. */
export function roomOf(data: unknown): RoomNews | undefined {
  const { type, title, color } = (data ?? {}) as Partial<RoomNews>;
  return type === 'classic-chatbox:room' ? { type, title, color } : undefined;
}

/** So many messages have come that nobody has read, and so many of them mean the reader. */
export type UnreadNews = { type: 'classic-chatbox:unread'; count: number; mentions: number };

/** An `UnreadNews`; undefined for anything else. */
export function unreadOf(data: unknown): UnreadNews | undefined {
  const { type, count, mentions } = (data ?? {}) as Partial<UnreadNews>;
  if (type !== 'classic-chatbox:unread' || !isCount(count) || !isCount(mentions)) return undefined;
  return { type, count, mentions };
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}
