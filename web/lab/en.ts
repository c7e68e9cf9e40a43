/** The texts of the lab in English. Every other language has the same ones. */
import type { FaultName, Hindrance, Outcome } from './fault.ts';
import type { Trouble } from './link.ts';
import type { ClientStatus } from './picture.ts';

type Fault = { name: string; about: string; checks: string[] };

export const en = {
  title: 'Chatbox Lab',
  largeType: 'Large type',
  live: 'Live',
  paused: 'Paused',
  slow: 'Slow motion',
  replay: 'Recording',
  cut: 'Interrupted',
  trouble: {
    away: 'The inspector does not answer. Trying again in a moment.',
    full: 'The inspector is being watched by as many pages as it allows. Close another lab, and this page connects by itself.',
    restarted:
      'The server was restarted and has a new token, so this page no longer gets anything. Open the address that the server printed after “inspector on”.',
  } satisfies Record<Trouble, string>,
  diskFull:
    'A lab has filled the disk. The server has only one, so until that lab frees it, for half a minute at most, all messages are refused, including yours.',
  noChat: 'The inspector does not know the address of the chat, so you cannot add clients.',
  skipped: (events: number, frames: number) =>
    [events > 0 ? `${events} events` : [], frames > 0 ? `${frames} frames` : []].flat().join(', ') +
    ' skipped',
  dropped: (entries: number) => `the oldest ${entries} entries are no longer kept`,
  badFile: 'This file is not a recording.',
  newest: 'Newest',
  time: {
    label: 'Time',
    pause: 'Pause the view',
    go: 'Continue',
    live: 'Back to live',
    back: 'Step back',
    forward: 'Step forward',
    backOfChosen: 'Previous event of this actor',
    forwardOfChosen: 'Next event of this actor',
    pings: 'pings',
    showPings: 'Show what the heartbeat does: in the steps, the sequence and the wire log',
    goTo: 'Go to this moment',
    place: 'Position in the recording',
    pace: 'Speed',
    paces: { 0: 'real time', 1: '1 step/s', 2: '2 steps/s', 5: '5 steps/s' } as Record<number, string>,
    speeds: { 0.25: '¼ original', 1: 'original pace', 4: '4× original' } as Record<number, string>,
    import: 'Import',
  },
  enlarge: 'Enlarge',
  shrink: 'Shrink',
  /** Beside the state of a connection. */
  notes: { underWay: (count: number) => `${count} under way`, waiting: 'waiting' },
  /** Where several processes share the room. */
  process: {
    which: (pid: number, host: string) => `Process ${pid}, ${host}`,
    node: (node: string | undefined) => (node === undefined ? 'not in the room' : `in the room as ${node}`),
  },
  online: {
    title: (count: number, elsewhere: number) => `Online: ${count}, of them ${elsewhere} elsewhere`,
    elsewhere: 'elsewhere',
    more: (count: number) => `and ${count} more`,
  },
  tree: {
    title: 'Actors',
    search: 'Search by name or state',
    placeholder: 'Search',
    more: (count: number) => `and ${count} more: use the search`,
    fold: (name: string) => `Actors in ${name}`,
  },
  chart: {
    title: 'Statechart',
    none: 'This actor is not a state machine, so it has no chart. Its parent in the tree may have one. Its code is in src/actors/.',
    /** About actors that are not state machines, by name. */
    plain: {
      mailbox:
        'Not a state machine: it collects what the connections ask for in one turn of the event loop, and passes it to the room as one event, changes. The sequence shows it at work. Its code is in src/actors/room.ts.',
      ledger:
        'Not a state machine: it commits the room’s changes, one commit at a time, nicknames in memory and messages on disk, or all of it to Redis, if that keeps the room; then redis in the tree has a chart. It tells the room what has happened (stretch) and answers committed or broken. The sequence shows it at work. Its code is in src/actors/room.ts, and the code that writes in src/ledger/.',
      connections:
        'Not a state machine: it is the parent of c1, c2, …, and when one of them fails, it closes only that one. Select one of them in the tree to see its chart. Its own code is in src/actors/system.ts.',
      beat: 'Not a state machine: it is a single beat, which pings every connection and disconnects those that have not answered the previous ping. Select heartbeat in the tree to see when it runs. Its code is in src/actors/heartbeat.ts.',
    },
    unknown: 'Select an actor.',
    whose: 'Show the chart of',
    selected: 'the selected actor',
    /** About the machine of the client library. */
    client:
      'The machine of the client library, which the chat page uses. It runs at the other end of a connection, so no actor of the server is in these states. Its code is in src/client/machine.ts.',
    zoomIn: 'Larger',
    zoomOut: 'Smaller',
    fit: 'Fit',
    state: 'State',
    event: 'Last event',
    legend: 'Arrows: event [guard] / action',
    taken: 'Transition',
  },
  sequence: {
    title: 'Sequence',
    others: 'others',
    empty: 'Nothing has happened yet.',
    /** A label of an arrow. */
    label: (label: string) => label,
    told: (label: string, count: number) => `${label}, to ${count} peers`,
  },
  wire: {
    title: 'Wire log',
    empty: 'No frames have been sent yet.',
    whose: 'Show the frames of',
    all: 'everybody',
    own: 'the page’s clients',
    chosen: 'the selected connection',
    out: 'to the server',
    in: 'from the server',
    close: 'Close the rule',
    expected: 'This should have come instead:',
  },
  clients: {
    title: 'Clients',
    add: 'Add a client',
    none: 'Each client is a real WebSocket to the chat. Add one and watch its connection.',
    remove: 'Remove',
    kill: 'Close',
    resume: 'Ask for a secret with which the nickname can be taken back after a break (P-RES-1)',
    three: 'Send three at once',
    drop: 'Drop',
    dropping: 'Drop the connection, as a browser does when a page is reloaded',
    comeBack: 'Come back',
    nickname: 'Nickname',
    content: 'Message',
    free: 'Any frame',
    send: 'Send the frame',
    broken: 'Invalid requests',
    status: { connecting: 'connecting', open: 'open', closed: 'closed', removed: 'removed' } as Record<
      ClientStatus,
      string
    >,
    unmatched: 'connection unknown',
    later: 'not in this view yet',
    mistakes: {
      notJson: 'not JSON',
      unknown: 'unknown command',
      noKey: 'missing key',
      wrongForm: 'wrong form',
      tooLong: 'too long',
    },
  },
  faults: {
    title: 'Faults',
    run: 'Run',
    running: (seconds: number) => `Running ${seconds} s`,
    about:
      'Each fault opens its own clients and closes them at the end. Everybody in the chat sees what they do.',
    remains: (author: string, content: string) =>
      `The message “${content}” by “${author} …” stays in the history of the chat.`,
    result: { waiting: 'pending', met: 'passed', failed: 'failed' },
    outcome: { tooSlow: 'This time: 1013.', missedPing: 'This time: the heartbeat.' } satisfies Record<
      Outcome,
      string
    >,
    /** About a fault that takes three beats. */
    lasts: (seconds: number) => `Here that is ${seconds} s.`,
    after: (seconds: number) => `This time: after ${seconds.toFixed(1)} s.`,
    hindrance: {
      inRedis: 'Not possible here: Redis keeps the room, so nothing is written to this disk.',
      inFile:
        'Not possible here: a room in a file has one process, and nobody would go on while it hangs. Start the server with --ledger redis://…',
      windows: 'Not possible here: Windows cannot stop a process.',
      init: 'Not possible here: the first process of a container cannot stop itself. Start the container with an init process (docker run --init).',
    } satisfies Record<Hindrance, string>,
    claims: {
      name: 'Two claims at once',
      about: 'Two clients ask for the same nickname at the same moment.',
      checks: [
        'Both are answered (P-REQ-7)',
        'Exactly one gets the nickname (P-NAME-5)',
        'The other gets NameAlreadyUsed',
      ],
    },
    flood: {
      name: 'Flood',
      about: 'One client sends 500 requests without waiting; meanwhile another one registers.',
      checks: [
        'Each request gets exactly one reply (P-REQ-7)',
        'The replies come in the order of the requests',
        'Nobody is disconnected for it',
        'The other client is answered meanwhile',
      ],
    },
    halfOpen: {
      name: 'Half-open peer',
      about:
        'A peer registers and falls silent: it reads nothing and answers no ping, as if its cable had been cut. Takes up to three beats.',
      checks: [
        'While it is silent, it keeps its nickname: NameAlreadyUsed (P-NAME-2)',
        'The others see it leave once, within two intervals (P-EVT-4)',
        'Then its nickname is free again (P-EVT-2)',
        'Meanwhile the others are answered',
      ],
    },
    slow: {
      name: 'Slow reader',
      about:
        'A peer reads a little at a time, while others change their nicknames thousands of times. (Changes are not stored on disk.)',
      checks: [
        'Meanwhile the others are answered',
        'It is closed with 1013, too slow, or disconnected by the heartbeat (P-EVT-4), whichever comes first',
        'The others see it leave once (P-EVT-2)',
      ],
    },
    disk: {
      name: 'Full disk',
      about: 'For a moment the disk is full, for everybody who sends; then there is space again.',
      checks: [
        'A send is answered with ErrorWhenSend, ENOSPC (P-SEND-3)',
        'Nobody sees the message, and it is in no history',
        'Nicknames and histories still work',
        'Once there is space again, sending works without a restart',
      ],
    },
    kill: {
      name: 'Cut mid-send',
      about: 'A peer sends one message and half of another; then its TCP connection is reset.',
      checks: [
        'The others see it leave exactly once (P-EVT-2)',
        'The first message is seen before the leave, or not at all',
        'The half message is never seen',
        'Its nickname is free at once (P-NAME-2)',
      ],
    },
    comeBack: {
      name: 'Cut and come back',
      about:
        'A peer registers and asks for a secret; then its TCP connection is reset. A second later it comes back on another connection and offers the secret.',
      checks: [
        'While it is away, its connection waits in registered.lost and keeps the nickname: NameAlreadyUsed (P-RES-3)',
        'The new connection takes the nickname over, and the old one ends (P-RES-2)',
        'The others see it neither leave nor register (P-RES-2)',
        'It keeps its place among those online (P-RES-2)',
      ],
    },
    moderator: {
      name: 'A moderator acts',
      about:
        'A peer is muted and tries to say something. It may speak again, and says something else. Then it is kicked.',
      checks: [
        'While it is muted, its connection is in registered.muted, and a send is answered with ErrorWhenSend (P-MOD-3)',
        'Nobody sees that message',
        'When it may speak again, everybody sees what it says',
        'The kick closes its connection with 4001',
        'The others see it leave exactly once (P-EVT-2)',
      ],
    },
    hang: {
      name: 'This process hangs',
      about:
        'This server process is stopped (SIGSTOP), and with it everybody who is connected to it, and this lab. Another process joins the room as a witness, sees what all the others see, and wakes it. The lab of a second server shows the room while this one stands still. Takes the lease and two seconds.',
      checks: [
        'The others see a member of this process leave exactly once (P-EVT-2)',
        'They see it when the lease runs out, within a second',
        'What the member said meanwhile is not answered and is in no history; its connection is closed with 1012',
        'The ledger is fenced, then ready again with a new place in the room',
        'The nickname is free again (P-NAME-2)',
      ],
    },
  } satisfies Record<FaultName, Fault> & Record<string, unknown>,
  keys: 'Keys: Space pause · ← → step · Shift ← → step of the actor · P pings · C class · + − 0 zoom · N new client · / search',
  glossary: {
    title: 'Glossary',
    close: 'Close the glossary',
  },
  stately: {
    title: 'Stately inspector',
    link: 'Stately inspector (needs internet)',
    status: {
      connecting: 'Connecting',
      live: 'Live',
      away: 'Interrupted',
      full: 'Interrupted',
      restarted: 'Interrupted',
      offline: 'No answer',
    },
    waiting: 'Connecting to the hosted Stately inspector, a page of stately.ai…',
    offline:
      'The hosted Stately inspector does not answer. It is a page of stately.ai and needs internet; the lab works without it.',
    retry: 'Try again',
    back: 'Back to the lab',
    /** The flag follows. */
    note: 'On this page your browser passes the events on to another site, stately.ai. Nicknames and messages in them are masked unless the server was started with',
  },
};

export type Words = typeof en;
