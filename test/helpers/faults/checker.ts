/**
 * Judges what clients were told while faults happened. It knows the contract, and nothing of how the processes keep it;
 * of the faults only when a process hung.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../talker.ts';
import { holderFindings } from './holders.ts';
import { orderOf, type Place } from './order.ts';
import type { Records } from './records.ts';
import { cutFindings, removalFindings, restored } from './removals.ts';
import { silenceFindings } from './silence.ts';
import { nameIn, type Transcript, transcriptOf } from './transcript.ts';

/** Everything that the records show to be wrong, in words. */
export function findingsIn(records: Records): string[] {
  const transcripts = records.lives.map(transcriptOf);
  const order = orderOf(transcripts);
  const whole = restored(records.history, transcripts);
  return [
    ...transcripts.flatMap(({ findings }) => findings),
    ...historyFindings(records, whole),
    ...sendFindings(transcripts, whole),
    ...claimFindings(transcripts, order.places),
    ...positionFindings(transcripts, records, whole),
    ...removalFindings(order.places, records, whole),
    ...order.findings,
    ...holderFindings(order.places),
    ...presenceFindings(transcripts, records),
    ...silenceFindings(transcripts, records),
  ];
}

const show = (value: unknown) => JSON.stringify(value);

/** The room and Redis have the same history, which has every message once. */
function historyFindings({ history, stored }: Records, whole: readonly Message[]): string[] {
  const findings: string[] = [];
  if (!isDeepStrictEqual(history, stored))
    findings.push(`the history of ${history.length} messages is not that of ${stored.length} in Redis`);
  const contents = new Set<string>();
  for (const { content } of whole) {
    if (contents.has(content)) findings.push(`the history has ${show(content)} twice`);
    contents.add(content);
  }
  return findings;
}

/** What was acknowledged is in the history as it was told, and what was refused is not (P-SEND-2, P-SEND-3). */
function sendFindings(transcripts: readonly Transcript[], history: readonly Message[]): string[] {
  const stored = new Map(history.map((message) => [message.content, message]));
  const findings: string[] = [];
  for (const { title, answers } of transcripts) {
    for (const { request, reply } of answers) {
      if (request['data'] !== 'send') continue;
      const { name, content, status, timestamp } = reply;
      const found = stored.get(String(content));
      const isTrue =
        status === true ? isDeepStrictEqual(found, { name, content, timestamp }) : found === undefined;
      if (!isTrue) findings.push(`${title} was answered ${show(reply)}, and the history has ${show(found)}`);
    }
  }
  return findings;
}

/** A claim that was refused has not happened. One with a secret may be refused after a first try that went unanswered. */
function claimFindings(transcripts: readonly Transcript[], places: readonly Place[]): string[] {
  const isClaim = ({ entry: { type } }: Place) => type === 'register' || type === 'change';
  const claimed = new Set(places.filter(isClaim).flatMap(({ entry }) => ('name' in entry ? entry.name : [])));
  return transcripts.flatMap(({ title, answers }) =>
    answers
      .filter(({ request, reply }) => request['data'] === 'name' && reply['status'] === false)
      .filter(({ request }) => typeof request['resume'] !== 'string' && claimed.has(String(request['name'])))
      .map(({ reply }) => `${title} was answered ${show(reply)}, and others were told otherwise`),
  );
}

/** A client that counts knows the position of each message, and in the end has heard the last (P-SEND-4, P-GET-2). */
function positionFindings(transcripts: readonly Transcript[], records: Records, whole: Message[]): string[] {
  const { history } = records;
  const positions = new Map(whole.map(({ content }, position) => [content, position]));
  return transcripts.flatMap((transcript) => {
    const { next, findings } = counted(transcript, { history, whole }, positions);
    const isMember = nicknameOf(transcript) !== undefined;
    if (isMember && isThereInTheEnd(transcript, records) && next !== history.length)
      findings.push(`${transcript.title} has heard ${next} messages of ${history.length}`);
    return findings;
  });
}

/** What is wrong with a client's count of the messages, and the position of the next one as it knows it. */
function counted(
  transcript: Transcript,
  histories: { history: Message[]; whole: Message[] },
  positions: Map<string, number>,
) {
  const { title, steps } = transcript;
  const findings: string[] = [];
  /** What it has been told was removed. */
  const gone = new Set<number>();
  let next: number | undefined;
  for (const step of steps) {
    if (step.type === 'cut') {
      const { total } = step.cut;
      if (total !== (next ?? total))
        findings.push(`${title} counted ${next} messages, and get says ${total}`);
      findings.push(...cutFindings(step.cut, transcript, gone, histories));
      next = total;
    } else if (step.type === 'entry' && step.entry.type === 'remove') gone.add(step.entry.position);
    else if (step.type === 'entry' && step.entry.type === 'message') {
      const position = positions.get(step.entry.content);
      if (position === undefined) findings.push(`${title} was told ${step.entry.id}, which is in no history`);
      else if (position !== (next ?? position))
        findings.push(`${title} was told the message at ${position} after ${next} others`);
      next = position === undefined ? undefined : position + 1;
    }
  }
  return { next, findings };
}

/** Whoever is there in the end has been answered everything, and nobody else is listed. */
function presenceFindings(transcripts: readonly Transcript[], records: Records): string[] {
  const findings = transcripts
    .filter((transcript) => isThereInTheEnd(transcript, records))
    .filter(({ life, answers }) => answers.length < life.asked.length)
    .map(
      ({ title, life, answers }) =>
        `${title} asked ${life.asked.length} times, and has ${answers.length} answers`,
    );
  const open = transcripts
    .filter(({ life }) => life.end === undefined)
    .flatMap((one) => nicknameOf(one) ?? []);
  if (!isDeepStrictEqual(new Set(records.online), new Set(open)))
    findings.push(`${records.online} are online, and ${open} are there`);
  return findings;
}

const isThereInTheEnd = ({ life: { openedAt, end } }: Transcript, { quietAt }: Records) =>
  openedAt < quietAt && (end === undefined || end.at > quietAt);

/** The last nickname that a connection has had. */
function nicknameOf({ answers }: Transcript): string | undefined {
  const claim = answers.findLast(
    ({ request, reply }) => request['data'] === 'name' && reply['status'] === true,
  );
  return claim && nameIn(claim.reply);
}
