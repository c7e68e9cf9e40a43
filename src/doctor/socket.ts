/** Looks at the WebSocket: whether it opens, for whom, what it answers, and how it ends. */
import { inWords } from '../system-error.ts';
import type { Finding } from './finding.ts';
import { type Line, type Opening, openLine, within } from './line.ts';
import { firstLineOf } from './request.ts';
import { socketTexts as texts } from './socket-texts.ts';
import type { Target } from './target.ts';

/** The origin of a page that nobody has, so no server names it among those it lets in (RFC 2606). */
const foreignOrigin = 'https://doctor.invalid';

/** Opens a WebSocket as the page does. Without one the other checks of this file cannot be made. */
export async function checkUpgrade(target: Target): Promise<{ finding: Finding; line?: Line }> {
  const opening = await openLine(target, target.page.origin);
  if (opening.type === 'open') return { finding: texts.opened(), line: opening.line };
  const asProgram = await openLine(target);
  if (asProgram.type === 'open') {
    await asProgram.line.leave();
    return { finding: texts.ownRefused(target.page.origin) };
  }
  return { finding: refusalOf(opening, target) };
}

function refusalOf(opening: Exclude<Opening, { type: 'open' }>, { hasToken }: Target): Finding {
  if (opening.type === 'failed') return texts.failed(inWords(opening.error));
  const { status, body } = opening;
  const reason = firstLineOf(body);
  if (status < 300) return texts.answeredAsPage(status);
  if (status < 400) return texts.led(status);
  switch (status) {
    case 400:
    case 426:
      return texts.spoilt(status, reason);
    case 401:
      return hasToken ? texts.wrongToken() : texts.noToken();
    case 403:
    case 421:
      return texts.forbidden(status, reason);
    case 404:
      return texts.notThere();
    case 429:
    case 503:
      return texts.full(status);
    case 502:
    case 504:
      return texts.unreachable(status);
    default:
      return texts.refused(status);
  }
}

/** Opens a WebSocket as a stranger's page would. */
export async function checkOrigin(target: Target): Promise<Finding> {
  const opening = await openLine(target, foreignOrigin);
  if (opening.type === 'failed') return texts.originUnknown(inWords(opening.error));
  if (opening.type === 'refused')
    return opening.status === 403 ? texts.originsKept() : texts.originUnknown(String(opening.status));
  await opening.line.leave();
  return texts.anyOrigin();
}

/** Asks for the history without a nickname, which is refused and changes nothing. */
export async function checkProtocol(line: Line): Promise<Finding> {
  const reply = await line.ask({ data: 'get' });
  if (reply === undefined) return texts.mute();
  const { type, status, reason } = reply;
  const isRight = type === 'get' && status === false && reason === 'UnknownRegister';
  return isRight ? texts.spoken() : texts.otherProtocol(JSON.stringify(reply).slice(0, 100));
}

/** Closes one connection with a goodbye, and another by breaking the rules. */
export async function checkClose(target: Target, line: Line): Promise<Finding> {
  const goodbye = await line.leave();
  const opening = await openLine(target, target.page.origin);
  if (opening.type !== 'open') return texts.notAgain('close');
  const offence = await opening.line.offend();
  if (goodbye === 1000 && offence === 1007) return texts.closesRight();
  return texts.closesWrong(goodbye, offence);
}

/** Says nothing for so long, as somebody who only reads. */
export async function checkIdle(target: Target, idleMs: number): Promise<Finding> {
  const opening = await openLine(target, target.page.origin);
  if (opening.type !== 'open') return texts.notAgain('idle');
  const { line } = opening;
  const since = performance.now();
  const code = await within(idleMs, line.closed);
  const seconds = (performance.now() - since) / 1000;
  const interval = intervalOf(line.pings);
  if (code !== undefined) return texts.cutOff(seconds, code, interval);
  await line.leave();
  return interval === undefined ? texts.noPings(seconds) : texts.lived(seconds, interval);
}

/** The seconds from one ping to the next, on average. */
function intervalOf(pings: readonly number[]): number | undefined {
  const [first, last] = [pings[0], pings.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  return (last - first) / (pings.length - 1) / 1000;
}
