/** Text logs, a line for each message: those of IRC clients, and those of hack.chat. */
import { StartError } from '../../start-error.ts';
import { Clock } from './clock.ts';
import { type Intake, textOf } from './intake.ts';
import { type Given, linesIn, type Reader } from './reader.ts';

/** Who says what in a line, after its time; `undefined` if nobody says anything in it. */
type Speech = { name: string; content: string } | undefined;
type Speaking = (line: string) => Speech;

export const readIrc: Reader = (given) => readLog(given, speechOfIrc);
export const readHackChat: Reader = (given) => readLog(given, speechOfHackChat, takeFrame);

/** `takeWhole` takes a line that says by itself what it is; it returns `undefined` for any other. */
async function* readLog(
  { path, intake, firstDay }: Given,
  speechOf: Speaking,
  takeWhole: (line: string, place: string, intake: Intake) => Uint8Array[] | undefined = () => undefined,
): ReturnType<Reader> {
  const clock = new Clock(firstDay);
  const take = (line: string | undefined, place: string): Uint8Array[] => {
    if (line === undefined) intake.leaveOut('lines that are too long', place);
    if (line === undefined || line.trim() === '' || clock.takesDay(line)) return [];
    const whole = takeWhole(line, place, intake);
    if (whole !== undefined) return whole;
    const stamped = clock.read(line);
    if (stamped === undefined) {
      intake.leaveOut('lines of another form', place);
      return [];
    }
    if (stamped === 'dayless')
      throw new StartError(
        'CONFIG_INVALID',
        `${path}: ${place} has a time and no date: --date 2026-11-27 says with which day the log begins`,
      );
    const speech = speechOf(stamped.rest);
    if (speech !== undefined) return intake.take({ ...speech, time: stamped.time }, place);
    intake.leaveOut(notices, place);
    return [];
  };
  for await (const { lines, first, share } of linesIn(path, { lax: true })) {
    yield { messages: lines.flatMap((line, at) => take(line, `line ${first + at}`)), share };
  }
}

const notices = 'notices (who comes and goes, topics, modes)';

/** `<An> text` of irssi, HexChat, mIRC, ZNC; an operator's name has a sign in front. */
const angled = /^\s*<[ ~&@%+!]*([^>\s]+)>[ \t]?(.*)$/s;
/** `An`, tab, text, of WeeChat, which writes arrows, dashes and stars in place of a name. */
const tabbed = /^\t[~&@%+!]*([^-<=*\s]\S*)\t(.*)$/s;
/** `* An waves`. */
const starred = /^(?: {1,2}\* |\t \*\t)[~&@%+!]*(\S+) (.+)$/s;
/** What clients report after a star too, although it is nobody's action. */
const told =
  /^(?:now talking|topic |set by|\S+ (?:[([]\S*@\S*[)\]] )?(?:has (?:joined|left|quit)|is now known as|sets mode|changes topic|was kicked))/i;
const [colour, hexColour] = ['\u0003', '\u0004'];
/** Colours with their numbers; bold and the like. */
const formatting = new RegExp(
  `${colour}(?:\\d{1,2}(?:,\\d{1,2})?)?|${hexColour}(?:[\\da-f]{6})?|(?!\t)\\p{Cc}`,
  'giu',
);

/** An action, as in `/me waves`, is written like that. */
function speechOfIrc(line: string): Speech {
  const plain = line.replace(formatting, '');
  const [, name, content] = angled.exec(plain) ?? tabbed.exec(plain) ?? [];
  if (name !== undefined && content !== undefined) return { name, content };
  const [, actor, act] = starred.exec(plain) ?? [];
  return actor === undefined || act === undefined || told.test(`${actor} ${act}`)
    ? undefined
    : { name: actor, content: `/me ${act}` };
}

/** ` | [trip][An] text`, with `<LB>` for a line break, as the logger Shinobi writes. */
const barred = /^ \| \[[^\]]*\]\[([^\]]+)\] (.*)$/s;
const named = /^\s+(\w{1,24}): (.*)$/s;

function speechOfHackChat(line: string): Speech {
  const [, author, text] = barred.exec(line) ?? [];
  if (author !== undefined && text !== undefined)
    return { name: author, content: text.replaceAll('<LB>', '\n') };
  const [, name, content] = named.exec(line) ?? angled.exec(line) ?? [];
  return name === undefined || content === undefined ? undefined : { name, content };
}

/** A line of JSON, as hack.chat sends it: `{"cmd":"chat","nick":"An","text":"…","time":1795754096000}`. */
function takeFrame(line: string, place: string, intake: Intake): Uint8Array[] | undefined {
  if (!line.startsWith('{')) return undefined;
  let frame: Record<string, unknown>;
  try {
    frame = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { cmd, nick, text, time } = frame;
  if (cmd === 'chat')
    return intake.take({ name: textOf(nick), content: textOf(text), time: new Date(time as number) }, place);
  intake.leaveOut(notices, place);
  return [];
}
