/**
 * Of an area that scrolls and may hold nothing that takes the focus: the keyboard reaches it (WCAG 2.1.1), which not every
 * browser sees to by itself.
 */
export const scrollable = { tabIndex: 0 } as const;
