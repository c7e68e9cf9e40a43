/** All texts of the page in English, and so the type of those in any language. */
import type { Refusal } from '../../src/protocol/replies.ts';

/** The server's limits for a nickname and a message, in code points. */
export type Limits = { readonly maxName: number; readonly maxContent: number };

/** Why a request can fail: the contract's reasons, and the client's own. */
type Reason =
  | Extract<
      Refusal['reason'],
      | 'NameAlreadyUsed'
      | 'WrongFormatName'
      | 'WrongFormatContent'
      | 'ErrorWhenRegister'
      | 'ErrorWhenChange'
      | 'ErrorWhenSend'
    >
  | 'ConnectionLost'
  | 'NotNow'
  | 'Replaced'
  | 'TooLarge'
  | 'UnknownAnswer'
  /** `ConnectionLost` while requesting a nickname. */
  | 'NameLost';

export const words = {
  language: 'en' as 'en' | 'vi',
  title: 'Classic Chatbox',
  tagline: 'Choose a nickname and join the conversation.',
  nickname: 'Nickname',
  join: 'Join',
  turnedAway: 'You need a valid invite link to enter. Ask whoever runs this chat for one.',
  conversation: 'Conversation',
  message: 'Message',
  placeholder: 'Write a message',
  send: 'Send',
  mention: 'Mention somebody',
  emoji: 'Emoji',
  sendAs: (count: number) => `Send as ${count} messages`,
  search: 'Search messages',
  menu: 'Options and help',
  ignored: 'Message from somebody you ignore',
  removed: 'Message removed',
  announcement: 'Announcement',
  until: 'until',
  /** How what the server says of a moderator's decisions begins (P-MOD-3), and what the reader is told in its place. */
  decisions: {} as Record<string, string>,
  ignore: 'Ignore',
  hear: 'Stop ignoring',
  tooMany: (count: number) => (count === 1 ? '1 character too many' : `${count} characters too many`),
  malformed: 'It contains a broken character.',
  online: 'Online',
  you: '(you)',
  alone: 'Nobody else is here yet. Share the address of this page to invite others.',
  members: (count: number) => (count === 1 ? '1 person online' : `${count} people online`),
  close: 'Close',
  rename: 'Change nickname',
  newNickname: 'New nickname',
  save: 'Save',
  cancel: 'Cancel',
  blank: 'Nothing that can be seen',
  unfold: 'Show all',
  fold: 'Show less',
  sending: 'Sending…',
  queued: 'Will be sent once connected',
  failed: 'Not sent.',
  retry: 'Retry',
  discard: 'Discard',
  newest: 'Newest messages',
  unread: 'New messages',
  newMessages: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
  ghost: 'Your earlier connection still holds this nickname. Trying again until it is free…',
  serverTime: (timestamp: string, zone = '') => `On the server: ${timestamp} ${zone}`.trim(),
  joined: 'joined',
  left: 'left',
  renamed: 'is now',
  traffic: (joined: number, left: number) =>
    [joined > 0 && `${joined} joined`, left > 0 && `${left} left`].filter(Boolean).join(', '),
  beginning: 'There are no older messages.',
  emptyTitle: 'No messages yet',
  emptyText: 'Say hello. People who join later can read it, too.',
  loading: 'Loading messages…',
  loadingOlder: 'Loading older messages…',
  banner: {
    connecting: 'Connecting…',
    waiting: 'Connection lost. Trying again in a moment.',
    /** Somebody without a nickname is not connected, and perhaps never was. */
    absent: 'Not connected. Trying again in a moment.',
    /** The server has as many connections as it takes, in all or from the visitor's address. */
    full: 'No room for you right now. Trying again in a moment.',
    reconnecting: 'Reconnecting…',
    reclaiming: 'Connected. Waiting for your nickname to be free again…',
    syncing: 'Loading the messages you missed…',
    stopped: 'The server closed the connection.',
    /** Because another connection has taken over the nickname. */
    takenOver: 'You are using this chat in another window.',
    kicked: 'You were removed from the chat',
    banned: 'You are banned from this chat',
  },
  tryNow: 'Try now',
  connectHere: 'Continue here',
  connected: 'Connected',
  disconnected: 'Not connected',
  refusals: ({ maxName, maxContent }: Limits): Record<Reason, string> => ({
    NameAlreadyUsed: 'Somebody is already using this nickname. Choose another one.',
    WrongFormatName: `A nickname must have 1 to ${maxName} characters, at least one of them visible.`,
    ErrorWhenRegister: 'The server could not register this nickname',
    ErrorWhenChange: 'The server could not change the nickname',
    WrongFormatContent: `A message must have 1 to ${maxContent} characters.`,
    ErrorWhenSend: 'The server did not accept it',
    ConnectionLost: 'The connection was lost while sending. The message may or may not have arrived.',
    NameLost: 'The connection was lost before the server answered. Try again.',
    NotNow: 'That is not possible right now. Try again once you are connected.',
    Replaced: 'You have asked for another nickname instead.',
    TooLarge: 'This is too large for the server.',
    UnknownAnswer: 'This page does not understand the answer of the server.',
  }),
};

export type Words = typeof words;
