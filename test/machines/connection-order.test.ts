/** The same model and the same server, when a peer does not wait for its replies. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { connectionMachine } from '../../src/machines/connection.ts';
import { alone, inForceAfter, requests, settledWith } from '../helpers/model.ts';
import { newServer } from '../helpers/server.ts';
import { Walk } from '../helpers/walk.ts';

/** More requests than the inbox of a connection takes, with frequent registrations. */
const many = fc.array(fc.constantFrom(...requests), { minLength: 80, maxLength: 200 });

test('P-REQ-7: requests sent all at once are answered one by one, each once, in their order', async () => {
  const property = fc.asyncProperty(many, async (said) => {
    const walk = await Walk.start(await newServer());
    walk.sayAhead(said);
    let [snapshot] = initialTransition(connectionMachine, alone);
    for (const request of said) {
      [snapshot] = transition(connectionMachine, snapshot, request);
      if (request.type === 'unreadable') await walk.sayUnreadable(request);
      else walk.say(request);
      if (snapshot.hasTag('busy')) {
        const nickname = inForceAfter(request, snapshot.context.nickname);
        await walk.answered(nickname);
        [snapshot] = transition(
          connectionMachine,
          snapshot,
          settledWith(
            request.type === 'name' && nickname !== snapshot.context.nickname ? nickname : undefined,
          ),
        );
      } else await walk.answeredAtOnce();
    }
    expect(await walk.repliesLeft()).toEqual([]);
  });
  await fc.assert(property, { numRuns: 12 });
});
