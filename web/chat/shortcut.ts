/** Whether the key is pressed with Ctrl, or with Cmd on Apple's systems, and with no other key. */
export function isShortcut(event: KeyboardEvent, letter: string): boolean {
  const isApple = navigator.userAgent.includes('Mac');
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  return key.toLowerCase() === letter && metaKey === isApple && ctrlKey !== isApple && !altKey && !shiftKey;
}
