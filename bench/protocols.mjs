/** The protocols of the servers: the contract's JSON, or the same in socket.io's envelopes. */

const frameOf = (text) => {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126 ? [0x81, payload.length] : [0x81, 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from(head), payload]);
};
const eventOf = ({ name, content, timestamp }) => ({
  type: 'receive',
  datatype: 'message',
  name,
  content,
  timestamp,
});

/** Finds the kind of a frame by its first bytes. */
const kindBy = (table) => (bytes, from, to) => {
  const start = bytes.toString('latin1', from, Math.min(to, from + 64));
  return table.find(([prefix]) => start.startsWith(prefix))?.[1];
};

const json = {
  path: '/',
  /** The frame that registers. `helloAfter`: when it may be sent, `open` at once or else after a frame of this kind. */
  hello: (name) => JSON.stringify({ data: 'name', name }),
  helloAfter: 'open',
  send: (content) => JSON.stringify({ data: 'send', content }),
  kindOf: kindBy([
    ['{"type":"receive","datatype":"message"', 'event'],
    ['{"type":"send"', 'ack'],
    ['{"type":"receive","datatype":"register"', 'joined'],
    ['{"type":"name"', 'registered'],
    ['{"type":"ping"', 'ping'],
    ['{"type":"get"', 'gotten'],
    ['{"type":"receive"', 'other'],
  ]),
  valueOf: (bytes, from, to) => JSON.parse(bytes.toString('utf8', from, to)),
  eventFrame: (message) => frameOf(JSON.stringify(eventOf(message))),
  onPing: () => {},
  onOpened: () => {},
  /** Whether an author gets its acknowledgement at the place where the others get the event. */
  ownInPlace: true,
};

export const protocols = {
  json,
  /** uWebSockets replies at once, but sends published events at the end of the turn. */
  uws: { ...json, ownInPlace: false },
  'socket.io': {
    ...json,
    path: '/socket.io/?EIO=4&transport=websocket',
    hello: (name) => `42["request",${JSON.stringify({ data: 'name', name })}]`,
    helloAfter: 'connected',
    send: (content) => `42["request",${JSON.stringify({ data: 'send', content })}]`,
    kindOf: kindBy([
      ['42["event",{"type":"receive","datatype":"message"', 'event'],
      ['42["reply",{"type":"send"', 'ack'],
      ['42["event",{"type":"receive","datatype":"regi', 'joined'],
      ['42["reply",{"type":"name"', 'registered'],
      ['2', 'ping'],
      ['0', 'opened'],
      ['40', 'connected'],
    ]),
    valueOf: (bytes, from, to) => JSON.parse(bytes.toString('utf8', from + 2, to))[1],
    eventFrame: (message) => frameOf(`42${JSON.stringify(['event', eventOf(message)])}`),
    onPing: (socket, masked) => socket.write(masked('3')),
    onOpened: (socket, masked) => socket.write(masked('40')),
  },
};
