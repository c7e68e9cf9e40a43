/** What frames tell of the one order (P-SEND-4), and what is true at a place in it. */
import type { Frame } from './client.ts';

/** The change that a frame tells; `undefined` if the others do not see it. */
export function actOf({ type, datatype, action, status, ...rest }: Frame): string | undefined {
  if (type === 'receive') {
    const more = rest['newname'] ?? rest['content'] ?? rest['position'];
    return JSON.stringify([datatype, rest['name'] ?? rest['oldname'], more]);
  }
  if (status !== true || type === 'get') return undefined;
  if (type === 'send') return JSON.stringify(['message', rest['name'], rest['content']]);
  return JSON.stringify([action, rest['name'] ?? rest['oldname'], rest['newname']]);
}

export const actsIn = (heard: readonly Frame[]) => heard.map(actOf).filter((act) => act !== undefined);

/** The nicknames online and the messages after these changes: the sequential model. */
export function stateAfter(acts: readonly string[]): { online: string[]; messages: string[] } {
  const online: string[] = [];
  const messages: string[] = [];
  for (const [kind, name, more] of acts.map((act) => JSON.parse(act))) {
    if (kind === 'notice') continue;
    if (kind === 'message') messages.push(more);
    else if (kind === 'remove') messages[more] = '';
    else if (kind === 'register') online.push(name);
    else online.splice(online.indexOf(name), 1, ...(kind === 'change' ? [more] : []));
  }
  return { online, messages };
}
