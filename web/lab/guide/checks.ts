/**
 * How the lab knows that a step of a lesson was done: by lesson, a row for each step. What the lab cannot see, because it is
 * read or happens in a terminal, in the editor or on the chat page, the learner confirms by hand.
 */
import {
  after,
  closed,
  done,
  flowed,
  frame,
  type Goal,
  heard,
  isLong,
  isMember,
  isStranger,
  live,
  moved,
  named,
  opened,
  ran,
  refused,
  shown,
  skipped,
  viewed,
} from './goals.ts';

export type Check = 'by hand' | readonly Goal[];

const mistakes = (isIt: typeof isMember, ofLong: string) => [
  refused('WrongFormatJSON', isIt),
  refused('UnknownType', isIt),
  refused('NotEnoughKey', isIt),
  refused('WrongFormatName', isIt),
  refused(ofLong, (fact) => isIt(fact) && isLong(fact)),
];
const claimOf = (nickname: string) =>
  refused('NameAlreadyUsed', ({ request }) => request['name'] === nickname);
const isFrom = (fact: { reply: Record<string, unknown> }, text: string) =>
  `${fact.reply['error']}`.includes(text);
const historyIn = ({ reply }: { reply: Record<string, unknown> }): Record<string, unknown> =>
  Object(reply['data']);

export const checks: Record<string, readonly Check[]> = {
  '1-handshake': [
    [frame('beat', false), after(0, frame('cutoff', false))],
    'by hand',
    [opened],
    [moved('registered.idle', { isOwn: true }), after(0, shown('unregistered.claiming')), after(1, live)],
    [closed(1005)],
    [ran('kill')],
    [closed(1001), after(0, closed(1001))],
  ],
  '2-states': [
    [
      refused('UnknownRegister', ({ request }) => request['data'] === 'get'),
      refused('UnknownRegister', ({ request }) => request['data'] === 'send'),
    ],
    mistakes(isStranger, 'UnknownRegister'),
    [done('name'), done('get'), done('send'), ...mistakes(isMember, 'WrongFormatContent')],
    [done('send'), after(0, shown('registered.sending')), after(1, live), after(2, done('get'))],
    'by hand',
  ],
  '3-names': [
    [named('An'), ...['an', 'An ', 'ＡＮ'].map((nickname) => after(0, claimOf(nickname)))],
    [refused('WrongFormatName', ({ request }) => `${request['name']}`.trim() === '')],
    [named('AN'), after(0, claimOf('AN'))],
    [closed(), after(0, named('An'))],
    [ran('claims'), after(0, ran('claims'))],
    [flowed(/^changes: claim ×\d+$/), flowed(/^stretch: registered, taken/)],
    'by hand',
  ],
  '4-durability': [
    [done('name', isStranger), after(0, done('name', isStranger)), after(1, done('send')), heard('message')],
    'by hand',
    [flowed(/^commit: post ×\d+$/)],
    [done('send'), after(0, closed(1006))],
    [
      done('name'),
      after(
        0,
        done('get', (fact) => Object(historyIn(fact)['message']).length > 0),
      ),
    ],
    [ran('disk')],
  ],
  '5-heartbeat': [
    [viewed(({ chosen }) => chosen?.name === 'heartbeat'), after(0, moved('waiting', { name: 'heartbeat' }))],
    [
      viewed(({ open }) => open >= 2),
      named('An'),
      viewed(({ showsPings }) => showsPings),
      after(2, frame('pong', true)),
    ],
    [
      heard('register', 'Ghost'),
      after(0, frame('cutoff', false)),
      heard('leave', 'Ghost'),
      after(2, named('Ghost')),
    ],
    [ran('halfOpen')],
    [heard('register'), after(0, done('send')), after(1, heard('leave'))],
  ],
  '6-backpressure': [[ran('flood')], [skipped, done('send'), done('get')], [ran('slow')]],
  '7-reconnect': [
    [
      named('An'),
      named('Bình'),
      after(
        0,
        done('get', (fact) => 'total' in historyIn(fact)),
      ),
    ],
    [closed(), after(0, done('send')), after(1, done('send')), after(2, done('send'))],
    [
      named('An'),
      after(
        0,
        done('get', (fact) => Object(historyIn(fact)['message']).length >= 3),
      ),
      after(1, heard('message')),
    ],
    [ran('kill')],
    [
      moved('registered.lost'),
      after(0, moved('registered.idle', { from: 'unregistered.resuming' })),
      after(0, moved('closed', { event: 'superseded' })),
      after(2, done('get')),
    ],
    [
      done('name', ({ request }) => typeof request['resume'] === 'string'),
      after(0, closed()),
      after(1, heard('leave', 'Chi')),
    ],
    [heard('register', 'Chi'), after(0, moved('closed', { event: 'lost' })), after(1, heard('leave', 'Chi'))],
    [
      done('name', ({ request }) => request['resume'] === true),
      after(0, moved('registered.lost', { isOwn: false })),
      after(1, moved('closed', { event: 'expired' })),
    ],
    'by hand',
    'by hand',
    'by hand',
    'by hand',
  ],
  '8-who-may-speak': [
    [
      named('An'),
      named('Bình'),
      after(
        1,
        viewed(({ chosen }) => chosen?.isOwn === true && chosen.leaf === 'registered.idle'),
      ),
    ],
    [flowed(/^stretch: governed/), moved('registered.muted', { isOwn: true })],
    [refused('ErrorWhenSend', (fact) => isFrom(fact, 'muted')), refused('WrongFormatContent', isLong)],
    [done('get'), named('AN')],
    [moved('registered.idle', { event: 'unmuted' }), after(0, done('send'))],
    [
      flowed(/^stretch: governed/),
      refused('ErrorWhenSend', (fact) => isFrom(fact, 'read-only')),
      after(1, flowed(/^stretch: governed/)),
    ],
    [closed(4001), heard('leave'), after(0, named('An'))],
    [ran('moderator')],
  ],
};
