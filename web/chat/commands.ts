/** What begins with `/nick`, `/ignore` or `/help` is meant for the page and not sent. */
import { ChatError, type Refusal } from '../../src/client/client.ts';
import { isText } from '../../src/protocol/text.ts';
import type { Session } from './session.ts';

/** Does it, and resolves to why it could not be done. */
export async function run(
  [command = '', nickname]: readonly string[],
  session: Session,
  onHelp: () => void,
): Promise<Refusal | undefined> {
  if (command === 'help' || nickname === undefined) {
    onHelp();
    return undefined;
  }
  if (command === 'ignore') {
    session.ignored.set(nickname, true);
    return undefined;
  }
  const { nickname: own, status } = session.client.state;
  if (nickname === own) {
    session.giveUp();
    return undefined;
  }
  if (status !== 'registered') return { reason: 'NotNow' };
  if (!isText(nickname, session.limits.maxName)) return { reason: 'WrongFormatName' };
  try {
    await session.join(nickname);
    return undefined;
  } catch (error) {
    if (error instanceof ChatError) return error.refusal;
    throw error;
  }
}
