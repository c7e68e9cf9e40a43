/** The data file that the server finds at its start. Needs `--start`. */
import { basename, join } from 'node:path';
import type { Words } from '../../doctor/finding.ts';
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { Fault, NotJudged } from '../fault.ts';
import {
  begin,
  expectSame,
  expectStart,
  historyOf,
  hostedOf,
  messagesIn,
  outcomeOf,
  type Stored,
  say,
} from '../stored.ts';

const stage = 'storage';
const history: Stored[] = [
  { name: 'An', content: 'Chào Bình!', timestamp: '22/11/2026, 10:06:00' },
  { name: 'Bình', content: 'a "quote", a \\ and a ] in }, {', timestamp: '22/11/2026, 10:06:05' },
  { name: 'An', content: '👋', timestamp: '22/11/2026, 10:07:00' },
];
/** As the published server writes it: Python's `json.dump`, with its spaces, and `\uXXXX` for all that is not ASCII. */
const records = history.map(
  ({ name, content, timestamp }) =>
    `{"name": ${ascii(name)}, "content": ${ascii(content)}, "timestamp": ${ascii(timestamp)}}`,
);
const [last = ''] = records.slice(-1);
const published = `[${records.join(', ')}]`;

/** Files that are no history, and are not cut short either. */
const strange: readonly { text: string; title: Words }[] = [
  {
    text: `{"messages": ${published}}`,
    title: {
      en: 'the server does not start on a data file that is an object',
      vi: 'máy chủ không khởi động khi tệp dữ liệu là một đối tượng',
    },
  },
  {
    text: `[${records[0]}, {"name": "An", "content": 7, "timestamp": "x"}, ${records[2]}]`,
    title: {
      en: 'the server does not start on a data file in which a content is a number',
      vi: 'máy chủ không khởi động khi trong tệp dữ liệu có một content là số',
    },
  },
  {
    text: `[${records[0]} ${records[1]}]`,
    title: {
      en: 'the server does not start on a data file in which a comma is missing',
      vi: 'máy chủ không khởi động khi tệp dữ liệu thiếu một dấu phẩy',
    },
  },
];

/** Ways in which a crash cuts a file short. `at`: where, given a chance; `kept`: how many records are whole before that. */
const cuts: readonly { kept: number; at: (below: (count: number) => number) => number; title: Words }[] = [
  {
    kept: 2,
    at: (below) => published.length - last.length + below(last.length - 1),
    title: {
      en: 'the server keeps the complete records before one that was cut short',
      vi: 'máy chủ giữ các bản ghi trọn vẹn đứng trước bản ghi bị cắt dở',
    },
  },
  {
    kept: 3,
    at: () => published.length - 1,
    title: {
      en: 'the server starts on a file that lacks only the closing bracket',
      vi: 'máy chủ khởi động được khi tệp chỉ thiếu dấu ngoặc đóng',
    },
  },
];

export const fileCases: Case[] = [
  ...[undefined, ''].map(
    (text): Case => ({
      rule: 'P-DB-1',
      stage,
      title:
        text === undefined
          ? { en: 'a missing data file is an empty history', vi: 'không có tệp dữ liệu thì lịch sử trống' }
          : { en: 'an empty data file is an empty history', vi: 'tệp dữ liệu rỗng thì lịch sử trống' },
      async run(bench) {
        const server = await begin(bench, text, { what: text ?? 'no file' });
        expectSame('history of no file', await historyOf(bench), []);
        const message = await say(await bench.member(), 'xin chào');
        expectSame('message in file', messagesIn(server), [message]);
      },
    }),
  ),
  {
    rule: 'P-DB-1',
    stage,
    title: {
      en: 'a data file that the published server has written loads as it is',
      vi: 'tệp dữ liệu do máy chủ đã công bố ghi ra được nạp nguyên vẹn',
    },
    async run(bench) {
      const server = await begin(bench, published, { what: 'a published file' });
      expectSame('history of a published file', await historyOf(bench), history);
      const message = await say(await bench.member(), 'xin chào');
      expectSame('message in file', messagesIn(server), [...history, message]);
    },
  },
  ...strange.map(
    ({ text, title }): Case => ({ rule: 'P-DB-2', stage, title, run: (bench) => refusesFile(bench, text) }),
  ),
  ...cuts.map(
    ({ kept, at, title }): Case => ({
      rule: 'P-DB-4',
      stage,
      title,
      async run(bench) {
        const whole = history.slice(0, kept);
        const length = at((count) => bench.run.below(count));
        const server = await begin(bench, published.slice(0, length), {
          what: 'a cut file',
          likely: {
            en: 'the server takes a file that was cut short for one that is no history',
            vi: 'máy chủ coi tệp bị cắt dở là tệp không phải lịch sử',
          },
        });
        expectSame('history of a cut file', await historyOf(bench), whole);
        const message = await say(await bench.member(), 'xin chào');
        expectSame('message in a cut file', messagesIn(server), [...whole, message], {
          en: 'the rest of the record that was cut short is still in the file',
          vi: 'phần còn lại của bản ghi bị cắt dở vẫn nằm trong tệp',
        });
      },
    }),
  ),
  {
    rule: 'P-DB-5',
    stage,
    title: {
      en: 'a missing folder of the data file is created',
      vi: 'thư mục của tệp dữ liệu chưa có thì được tạo ra',
    },
    async run(bench) {
      const server = hostedOf(bench);
      const elsewhere = server.elsewhere(join(server.file.folder, 'new', 'data.json'));
      if (elsewhere === undefined)
        throw new NotJudged({
          en: 'the command does not name the data file',
          vi: 'câu lệnh không nêu tệp dữ liệu',
        });
      await server.kill();
      try {
        expectStart(await elsewhere.start(), elsewhere.lines, { what: 'no folder' });
      } finally {
        await elsewhere.kill();
      }
    },
  },
];

async function refusesFile(bench: Bench, text: string): Promise<void> {
  const server = hostedOf(bench);
  const started = await server.startWith(text);
  const { lines, file } = server;
  await server.kill();
  if (started !== 'exited')
    throw new Fault({
      signature: 'starts on a strange file',
      expected: {
        en: 'the server reports the error and exits',
        vi: 'máy chủ báo lỗi rồi thoát',
      },
      received: outcomeOf(started, lines),
    });
  if (file.read() !== text)
    throw new Fault({
      signature: 'changes a strange file',
      expected: { en: `the file is as it was: ${text}`, vi: `tệp vẫn như cũ: ${text}` },
      received: file.read() ?? { en: 'the file is gone', vi: 'tệp đã mất' },
      likely: {
        en: 'the server replaces a file that it cannot read',
        vi: 'máy chủ ghi đè lên tệp mà nó không đọc được',
      },
    });
  const name = basename(file.path);
  const place = lines.join('\n').replaceAll(name, '');
  if (!lines.some((line) => line.includes(name)) || !/\d/.test(place))
    throw new Fault({
      signature: 'does not name the file',
      expected: {
        en: `the error names the file, ${name}, and the place in it`,
        vi: `thông báo lỗi nêu tên tệp, ${name}, và vị trí trong tệp`,
      },
      received: outcomeOf(started, lines),
    });
}

function ascii(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
