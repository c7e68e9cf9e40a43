/** Messages from the chat in an iframe to the page around it, none of them secret; and who has the focus. */

/** Whether the chat may take the focus. In an iframe it may not until the reader has moved it there. */
export const mayFocus = () => parent === window || document.hasFocus();

/** The message that asks the page to close the window of the chat. */
export const closing = 'classic-chatbox:close';

/** The message that tells the number of unread messages. */
export type UnreadNews = { type: 'classic-chatbox:unread'; count: number };

/** The count of an `UnreadNews`; `undefined` for any other data. */
export function unreadOf(data: unknown): number | undefined {
  const { type, count } = (data ?? {}) as Partial<UnreadNews>;
  const isNews = type === 'classic-chatbox:unread' && Number.isSafeInteger(count);
  return isNews && count !== undefined && count >= 0 ? count : undefined;
}
