/** What `check` says is likely the cause, by the titles of the mistakes. */
export const causes: Record<string, string> = {
  'takes a binary frame for what is not JSON': 'a binary frame is not read as text',
  'does not know `type`': 'type is not read where data is missing',
  'prefers `type` to `data`': 'type is preferred to data, where it must count only if data is missing',
  'takes `type` when `data` is no command':
    'type is read although data is there: only a missing key may fall back, not null or an unknown command',
  'refuses a get with a key that it does not know': 'keys that nobody asked for must be ignored',
  'takes NaN and Infinity for JSON, as Python does': 'the reader of JSON accepts more than RFC 8259 allows',
  'reads broken UTF-8 with U+FFFD in its place':
    'bytes that are not UTF-8 are replaced or dropped in decoding, where decoding must fail',
  'answers WrongFormatJSON with a `type`': 'the key type does not belong there',
  'answers UnknownType without a `type`': 'the key type is missing',
  'fails at null, which has no keys':
    'the server has closed the connection instead of answering, perhaps because of an exception',
  'takes an empty value for a missing key':
    'a key whose value is empty, 0, false or null is taken for a missing key',
  'looks for the nickname before the keys':
    'the reason must be NotEnoughKey, not UnknownRegister: the checks may run in another order, or one is missing',
  'echoes a refused nickname as text': 'name must be of the type number, not string',
  'counts the UTF-16 units of a nickname':
    'the length is counted in UTF-16 units or in bytes, not in code points: 😀 is one character',
  'takes a lone surrogate in a nickname':
    'a lone surrogate, which no UTF-8 text can hold, is not noticed (in JavaScript, isWellFormed() does)',
  'lets everybody have any nickname': 'the server accepted what it must refuse with NameAlreadyUsed',
  'refuses a change of case only': 'the server refused what is allowed, with NameAlreadyUsed',
  'answers a change like a registration': 'A has a nickname already, which changes',
  'escapes messages for HTML':
    'text is trimmed, escaped or normalized; it must be kept and shown as it was sent',
  'shows the newest two messages only': 'something is missing',
  'shows the newest message first': 'the order is another',
  'sends an event to its own author, too': 'A received its own event',
  'sends events to strangers': 'C has not registered, and received an event',
  'tells nobody who leaves': 'the event is not sent to this member',
  'tells twice who leaves': 'an event came that nobody has caused, or twice',
  'writes times as ISO 8601': 'the timestamp is that of ISO 8601',
  'adds a key to its replies': 'the key server does not belong there',
};
