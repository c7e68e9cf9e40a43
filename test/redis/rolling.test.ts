import { expect, test } from 'vitest';
import { type Frame, newMember } from '../helpers/client.ts';
import { newCluster } from '../helpers/cluster.ts';
import { newPerson, positioned, talk } from '../helpers/person.ts';
import { sharedRedis } from '../helpers/redis.ts';
import { wholeHistory } from '../helpers/talker.ts';

const redis = sharedRedis();

test.each([
  ['restarted', 'SIGTERM', { code: 0, signal: null }],
  ['killed', 'SIGKILL', { code: null, signal: 'SIGKILL' }],
] as const)(
  'P-RES-2, P-RES-3: when all processes are %s one by one, nobody with a secret leaves, and no message is lost or doubled',
  async (_, signal, exit) => {
    const cluster = await newCluster(await redis(), { count: 3, args: ['--resume-seconds', '3600'] });
    const { nodes: old } = cluster;
    const people = await Promise.all(
      ['An', 'Bình', 'Chi', 'Dũng'].map((name) => newPerson(cluster.url, name)),
    );
    // This process is not one of those that end, so whoever is connected to it sees all that happens meanwhile.
    const witness = await newMember((await cluster.add()).url, 'witness');
    let isOver = false;
    const said = people.map((person) => {
      person.client.on('state', ({ status }) => {
        // Nobody waits for the backoff here.
        if (status === 'waiting') queueMicrotask(() => person.client.reconnect());
      });
      return talk(person, () => !isOver);
    });
    const haveGoneOn = () =>
      Promise.all(
        people.map((person) => {
          const { length } = person.shown;
          return person.when(() => person.shown.length > length + 50);
        }),
      );
    for (const node of old) {
      await cluster.add();
      await haveGoneOn();
      cluster.remove(node);
      expect(await node.process.stop(signal)).toEqual(exit);
    }
    await haveGoneOn();
    isOver = true;
    await Promise.all(people.map((person) => person.settled()));

    const stored = await wholeHistory(cluster.url);
    expect(stored.map(({ content }) => content).toSorted()).toEqual(said.flat().toSorted());
    for (const person of people) {
      await person.when(() => person.shown.length >= stored.length);
      expect(person.shown).toEqual(positioned(stored));
      expect([person.outbox, person.resets]).toEqual([[], 0]);
      // Each of them has been on a process that has ended.
      expect(person.statuses).toContain('waiting');
    }
    const seen: Frame[] = [];
    while (seen.at(-1)?.['datatype'] !== 'leave') seen.push(await witness.next());
    // The reader of the history, after all of this.
    expect(seen.at(-1)).toMatchObject({ name: 'the reader of the history' });
    const others = seen.slice(0, -1).filter(({ datatype }) => datatype !== 'message');
    expect(others).toMatchObject([{ datatype: 'register', name: 'the reader of the history' }]);
  },
);
