import { newMember } from './client.ts';
import { until } from './gate.ts';
import { newGatedSystem } from './system.ts';
import { newInspector, newWatcher } from './watcher.ts';

/** What a watcher was told of a member that had three sends under way at once, as a file that the lab imports. */
export async function toldOfThree(): Promise<string> {
  const { system, url, gate } = await newGatedSystem();
  const watcher = await newWatcher((await newInspector(system)).url);
  const an = await newMember(url, 'An');
  gate.block();
  for (const content of ['một', 'hai', 'ba']) an.say({ data: 'send', content });
  const underWay = (count: number) => until(() => watcher.alive()['c1']?.context?.['underWay'] === count);
  await underWay(3);
  gate.release();
  await underWay(0);
  return `[${watcher.texts.join()}]`;
}
