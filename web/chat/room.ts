/** What is fetched for the conversation, and is not needed to show its first message. */
export { watch } from './alerts.ts';
export { Announcer } from './announcer.tsx';
export { Composer } from './composer.tsx';
export { Header } from './header.tsx';
export { Members } from './members.tsx';
export { Menu } from './menu.tsx';
export { Rename } from './rename.tsx';
export { Rich } from './rich.tsx';
export { Whole } from './whole.tsx';
