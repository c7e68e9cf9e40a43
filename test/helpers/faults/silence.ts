/** What the members of a process are told after it hung for longer than its lease: nothing, and then that it is over. */
import type { Fault, Life, Records } from './records.ts';
import type { Transcript } from './transcript.ts';

/** A process that hangs for this much longer than its lease has certainly been given up, even on a busy machine. */
export const certainMs = 2500;
/** How much later the others may hear what a process was handing out when it was stopped. */
const underWayMs = 30;

export function silenceFindings(transcripts: readonly Transcript[], records: Records): string[] {
  const findings: string[] = [];
  for (const hang of lostHangs(records)) {
    for (const transcript of transcripts) {
      const { title, life } = transcript;
      if (!isMemberDuring(life, hang)) continue;
      for (const { at, frame } of life.heard)
        if (at > hang.to && !wasUnderWay(transcript, at, hang, transcripts))
          findings.push(`${title} was told ${JSON.stringify(frame)} after its members had left`);
      if (!isEndedBy(life, hang, records.faults))
        findings.push(`${title} ended with ${life.end?.code} after its members had left`);
    }
  }
  return findings;
}

/**
 * Whether what was heard then is an entry that the others were told just when the process was stopped: it may have been in
 * the middle of handing it out, and then goes on with that before it can look at the time.
 */
function wasUnderWay(
  { steps }: Transcript,
  heardAt: number,
  hang: Fault,
  transcripts: readonly Transcript[],
): boolean {
  const late = steps.find((step) => step.type === 'entry' && step.at === heardAt);
  return transcripts.some(
    (other) =>
      other.life.process !== hang.on &&
      other.steps.some(
        (step) =>
          step.type === 'entry' &&
          late?.type === 'entry' &&
          step.entry.id === late.entry.id &&
          step.at < hang.from + underWayMs,
      ),
  );
}

/** The hangs after which a process had certainly lost its place: Redis was there, for the others to give it up. */
export function lostHangs({ faults, lease }: Records): Fault[] {
  const isOther = (hang: Fault) => (other: Fault) =>
    other !== hang &&
    (other.on === 'redis' || other.on === hang.on) &&
    other.from < hang.to &&
    hang.from < other.to;
  return faults.filter(
    (fault) =>
      fault.kind === 'hang' &&
      fault.on !== 'redis' &&
      fault.to - fault.from > lease * 1000 + certainMs &&
      !faults.some(isOther(fault)),
  );
}

function isMemberDuring({ process, heard, end }: Life, hang: Fault): boolean {
  const isMember = heard.some(
    ({ at, frame }) => at < hang.from && frame['type'] === 'name' && frame['status'] === true,
  );
  return process === hang.on && isMember && (end === undefined || end.at > hang.to);
}

/** Whether the process closed it as it must, unless the client or another fault was first. */
function isEndedBy({ end }: Life, hang: Fault, faults: readonly Fault[]): boolean {
  if (end === undefined || end.code === 1012 || end.by === 'client') return end !== undefined;
  return faults.some(({ on, from }) => on === hang.on && from > hang.to && from <= end.at);
}
