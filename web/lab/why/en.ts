import type { Fact } from '../../../src/machines/fact.ts';

/** Puts each kind of fact into words. */
export type Says = { [Kind in Fact['kind']]: (fact: Extract<Fact, { kind: Kind }>) => string };

const characters = (count: number) => `${count} ${count === 1 ? 'character' : 'characters'}`;

export const en = {
  title: 'Why',
  event: 'Event',
  led: { taken: 'taken', refused: 'not taken', unasked: 'not asked any more' },
  ignored: 'No transition takes this event here.',
  rule: 'The rule',
  field: 'Field',
  before: 'Before',
  after: 'After',
  changed: 'changed',
  nothing: '–',
  says: {
    type: ({ is }) => `${is}, not a string`,
    characters: ({ is, most }) =>
      is === 0 ? `${characters(is)}, at least 1` : `${characters(is)}, at most ${most}`,
    surrogate: () => 'half of a character (a lone surrogate)',
    key: () => 'nothing that can be seen, or a character that no nickname may have',
    other: () => 'only one nickname is allowed here, and this is another one',
    objection: ({ is }) => (is ? 'the host does not allow it' : 'the host has nothing against it'),
    offer: ({ is }) => (is ? 'it offers a secret' : 'it offers no secret'),
    muted: ({ is }) => (is ? 'the member may not write' : 'the member may write'),
    'under way': ({ is, most }) => `sends under way: ${is}, fewer than ${most}`,
    window: ({ is }) => (is ? `${is} is not a non-negative whole number` : 'all numbers can be positions'),
    holding: ({ is }) => (is ? 'the room has granted the nickname' : 'the room has granted no nickname'),
    settled: ({ is, most }) => `${is} settled of ${most} under way`,
    resumed: ({ is }) => (is ? 'it has taken its holding back' : 'it has taken nothing back'),
    resumable: ({ is }) => (is ? 'the holding has a secret' : 'the holding has no secret'),
  } satisfies Says as Says,
};

export type WhyWords = typeof en;
