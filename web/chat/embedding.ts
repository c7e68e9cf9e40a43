/** What the chat in a frame tells the page around it, and nothing of it is a secret; and what it leaves to that page. */

/** In a frame the keyboard stays with the page around it until the reader comes over. */
export const mayFocus = () => parent === window || document.hasFocus();

/** The reader wants the window of the chat closed. */
export const closing = 'classic-chatbox:close';

/** So many messages have come that nobody has read. */
export type UnreadNews = { type: 'classic-chatbox:unread'; count: number };

/** The count of an `UnreadNews`; undefined for anything else. */
export function unreadOf(data: unknown): number | undefined {
  const { type, count } = (data ?? {}) as Partial<UnreadNews>;
  const isNews = type === 'classic-chatbox:unread' && Number.isSafeInteger(count);
  return isNews && count !== undefined && count >= 0 ? count : undefined;
}
