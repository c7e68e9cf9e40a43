/**
 * Makes a scrollable area without focusable content reachable by keyboard (WCAG 2.1.1), since not every browser does so
 * itself.
 */
export const scrollable = { tabIndex: 0 } as const;
