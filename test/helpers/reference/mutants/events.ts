import { events as said } from '../../../../src/protocol/replies.ts';
import { type Mutant, right } from '../mutant.ts';

export const events: Mutant[] = [
  {
    title: 'sends an event to its own author, too',
    does: {
      tellOthers(_, event) {
        for (const member of this.members) this.tell(member, event);
      },
    },
    breaks: ['P-EVT-1'],
  },
  {
    title: 'sends events to strangers',
    does: {
      tellOthers(peer, event) {
        for (const other of this.peers) if (other !== peer) this.tell(other, event);
      },
    },
    breaks: ['P-EVT-1'],
  },
  {
    title: 'tells nobody of a registration',
    does: {
      tellOthers(peer, event) {
        if (event['datatype'] !== 'register') right.tellOthers.call(this, peer, event);
      },
    },
    waitsMs: 2000,
    breaks: ['P-EVT-1'],
  },
  {
    title: 'tells nobody who leaves',
    does: {
      tellOthers(peer, event) {
        if (event['datatype'] !== 'leave') right.tellOthers.call(this, peer, event);
      },
    },
    waitsMs: 2000,
    breaks: ['P-EVT-2'],
  },
  {
    title: 'tells twice who leaves',
    does: {
      tellOthers(peer, event) {
        right.tellOthers.call(this, peer, event);
        if (event['datatype'] === 'leave') right.tellOthers.call(this, peer, event);
      },
    },
    breaks: ['P-EVT-2'],
  },
  {
    title: 'says that a stranger leaves, too',
    does: {
      leave(peer, code) {
        if (peer.nickname === undefined)
          this.tellOthers(peer, { ...said.left('', this.timestamp()), name: null });
        right.leave.call(this, peer, code);
      },
    },
    breaks: ['P-EVT-2'],
  },
  {
    title: 'takes notice only of connections that were closed properly',
    does: {
      leave(peer, code) {
        if (code !== 1006) right.leave.call(this, peer, code);
      },
    },
    waitsMs: 2000,
    breaks: ['P-EVT-2'],
  },
  {
    title: 'never pings',
    does: {
      beat() {
        // Nothing.
      },
    },
    waitsMs: 1000,
    breaks: ['P-EVT-3'],
  },
  {
    title: 'pings members only',
    does: {
      ping(peer) {
        if (peer.nickname !== undefined) right.ping.call(this, peer);
      },
    },
    waitsMs: 1000,
    breaks: ['P-EVT-3'],
  },
  {
    title: 'says the interval as text',
    does: {
      tell(peer, frame) {
        const { type, timeout } = frame;
        right.tell.call(this, peer, type === 'ping' ? { type, timeout: `${timeout}` } : frame);
      },
    },
    breaks: ['P-EVT-3'],
  },
  {
    title: 'pings less often than it says',
    does: () => {
      let beats = 0;
      return {
        beat() {
          beats++;
          if (beats % 4 === 0) right.beat.call(this);
        },
      };
    },
    waitsMs: 1000,
    breaks: ['P-EVT-3'],
  },
  {
    title: 'sends no ping of the WebSocket protocol',
    does: {
      ping(peer) {
        this.tell(peer, said.ping(this.interval));
      },
    },
    breaks: ['P-EVT-4'],
  },
  {
    title: 'never disconnects a client that does not answer',
    does: {
      beat() {
        for (const peer of this.peers) this.ping(peer);
      },
    },
    breaks: ['P-EVT-4'],
  },
  {
    title: 'takes any frame for a pong',
    does: {
      receive(peer, bytes, isBinary) {
        peer.isAlive = true;
        right.receive.call(this, peer, bytes, isBinary);
      },
    },
    breaks: ['P-EVT-4'],
  },
  {
    title: 'writes times as ISO 8601',
    does: { timestamp: () => new Date().toISOString() },
    breaks: ['P-TIME-1'],
  },
  {
    title: 'writes months before days',
    does: {
      timestamp() {
        return right.timestamp.call(this).replace(/^(\d\d)\/(\d\d)/, '$2/$1');
      },
    },
    breaks: ['P-TIME-1'],
  },
  {
    title: 'looks at the clock again for the event',
    does: {
      tellOthers(peer, event) {
        const timestamp = `${event['timestamp']}`.replace(/\d$/, (digit) => `${(Number(digit) + 1) % 10}`);
        right.tellOthers.call(this, peer, { ...event, timestamp });
      },
    },
    breaks: ['P-TIME-3'],
  },
  {
    title: 'writes `status` before all else',
    does: {
      tell(peer, frame) {
        const { status, ...others } = frame;
        right.tell.call(this, peer, status === undefined ? frame : { status, ...others });
      },
    },
    breaks: [],
    loosens: ['P-REQ-6'],
  },
  {
    title: 'adds a key to its replies',
    does: {
      tell(peer, frame) {
        right.tell.call(this, peer, frame['status'] === true ? { ...frame, server: 'mine' } : frame);
      },
    },
    breaks: ['P-NAME-2'],
  },
];
