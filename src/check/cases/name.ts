/** Registration, and which nicknames are the same. */
import type { Words } from '../../doctor/finding.ts';
import { replies } from '../../protocol/replies.ts';
import type { Dialect } from '../../protocol/timestamp.ts';
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { Fault, NotJudged } from '../fault.ts';
import { fieldsOf } from '../frame.ts';
import type { Pattern } from '../pattern.ts';
import type { Peer } from '../peer.ts';

const forms: Record<Dialect, RegExp> = {
  documented: /^\d\d\/\d\d\/\d{4,} \d\d\/\d{4}$/,
  published: /^\d\d\/\d\d\/\d{4,}, \d\d:\d\d:\d\d$/,
};

const taken = (nickname: string): Pattern =>
  replies.nameTaken({ oldname: undefined, nickname }) as unknown as Pattern;
const refused = (nickname: unknown): Pattern =>
  replies.nameRefused({ oldname: undefined, nickname }) as unknown as Pattern;

const needs = ['P-NAME-2'];

/** Somebody holds the first nickname: then the other one is in use, too. */
function same(rule: string, title: Words, pairOf: (nickname: string) => readonly [string, string]): Case {
  return {
    ...{ rule, title, needs, stage: 'name' },
    run: async (bench) => {
      demandComparison(bench);
      const [first, second] = pairOf(bench.nickname('an'));
      await bench.member(first);
      const peer = await bench.client();
      await peer.ask({ data: 'name', name: second }, taken(second));
    },
  };
}

/** Two members can have these nicknames at the same time. */
function distinct(rule: string, title: Words, pairOf: (nickname: string) => readonly [string, string]): Case {
  return {
    ...{ rule, title, needs, stage: 'name' },
    run: async (bench) => {
      if (rule === 'P-NAME-7') demandComparison(bench);
      const [first, second] = pairOf(bench.nickname('an'));
      await bench.member(first);
      await bench.member(second);
    },
  };
}

function malformed(title: Words, nameOf: (nickname: string) => string): Case {
  return {
    ...{ rule: 'P-NAME-6', title, needs: ['P-NAME-1'], stage: 'name' },
    run: async (bench) => {
      demandComparison(bench);
      const peer = await bench.client();
      const name = nameOf(bench.nickname('an'));
      await peer.ask({ data: 'name', name }, refused(name));
    },
  };
}

function demandComparison({ run }: Bench): void {
  if (run.comparison !== 'nickname')
    throw new NotJudged({
      en: 'the server compares nicknames exactly as they were sent',
      vi: 'máy chủ so sánh biệt danh đúng như khi gửi',
    });
}

/** Whether the nicknames of two members that differ only in case are the same shows how the server compares. */
async function findComparison(bench: Bench): Promise<void> {
  const nickname = bench.nickname('an');
  await bench.member(nickname);
  const peer = await bench.client();
  const reply = fieldsOf(await peer.ask({ data: 'name', name: nickname.toUpperCase() }));
  bench.run.comparison = reply['status'] === true ? 'exact' : 'nickname';
}

function timestampFault(timestamp: unknown): Words {
  if (typeof timestamp !== 'string')
    return { en: 'the timestamp is no text', vi: 'dấu thời gian không phải là văn bản' };
  if (/^\d{4}-\d\d-\d\d/.test(timestamp))
    return { en: 'the timestamp is that of ISO 8601', vi: 'dấu thời gian theo ISO 8601' };
  return {
    en: 'the timestamp has neither of the two forms',
    vi: 'dấu thời gian không thuộc dạng nào trong hai dạng',
  };
}

async function findDialect(bench: Bench): Promise<void> {
  const { timestamp } = fieldsOf(await (await bench.client()).take(bench.nickname()));
  const found = Object.entries(forms).find(([, form]) => form.test(`${timestamp}`));
  bench.run.dialect = found && (found[0] as Dialect);
  if (typeof timestamp === 'string' && found !== undefined) return;
  throw new Fault({
    ...{ expected: '22/11/2026 10/0600 | 22/11/2026, 10:06:00', received: JSON.stringify(timestamp) },
    signature: 'form of timestamps',
    likely: timestampFault(timestamp),
  });
}

async function changed(bench: Bench, nameOf: (nickname: string) => string): Promise<Peer> {
  const nickname = bench.nickname('an');
  const peer = await bench.member(nickname);
  await peer.take(nameOf(nickname));
  return peer;
}

export const nameCases: readonly Case[] = [
  {
    rule: 'P-TIME-1',
    stage: 'name',
    title: { en: 'the timestamp has one of the two forms', vi: 'dấu thời gian có một trong hai dạng' },
    isProbe: true,
    run: findDialect,
  },
  {
    rule: 'P-NAME-3',
    stage: 'name',
    title: {
      en: 'nicknames are compared one way or the other',
      vi: 'tên được so sánh theo một trong hai cách',
    },
    isProbe: true,
    run: findComparison,
  },
  {
    rule: 'P-NAME-2',
    stage: 'name',
    title: { en: 'the old nickname is free after a change', vi: 'sau khi đổi tên, tên cũ được tự do' },
    run: async (bench) => {
      const [first, second] = [bench.nickname(), bench.nickname()];
      const peer = await bench.member(first);
      await peer.take(second);
      await bench.member(first);
    },
  },
  {
    rule: 'P-NAME-2',
    stage: 'name',
    title: {
      en: 'a change that fails leaves the old nickname in force',
      vi: 'đổi tên thất bại thì tên cũ vẫn giữ nguyên',
    },
    run: async (bench) => {
      const holder = await bench.member();
      const peer = await bench.member();
      const name = holder.nickname ?? '';
      const claim = { oldname: peer.nickname, nickname: name };
      await peer.ask({ data: 'name', name }, replies.nameTaken(claim) as unknown as Pattern);
      const own = peer.nickname ?? '';
      await (await bench.client()).ask({ data: 'name', name: own }, taken(own));
      // Its reply says what the old nickname was.
      await peer.take(bench.nickname());
    },
  },
  {
    rule: 'P-NAME-4',
    stage: 'name',
    needs,
    title: {
      en: 'the case of one’s own nickname can be changed',
      vi: 'đổi được chữ hoa, chữ thường của tên mình',
    },
    run: async (bench) => void (await changed(bench, (nickname) => nickname.toUpperCase())),
  },
  distinct(
    'P-NAME-3',
    { en: 'different diacritics are different nicknames', vi: 'khác dấu là khác tên' },
    (nickname) => [`Hoa ${nickname}`, `Hoà ${nickname}`],
  ),
  same(
    'P-NAME-3',
    {
      en: 'spaces around and between do not count',
      vi: 'khoảng trắng ở hai đầu và thừa ở giữa không được tính',
    },
    (nickname) => [nickname, `  ${nickname.replaceAll(' ', ' \u3000')}\u00a0`],
  ),
  same(
    'P-NAME-3',
    { en: 'invisible code points do not count', vi: 'ký tự vô hình không được tính' },
    (nickname) => [nickname, `${nickname.slice(0, 1)}\u200b${nickname.slice(1)}`],
  ),
  same(
    'P-NAME-3',
    { en: 'compatibility forms count alike (NFKC)', vi: 'các dạng tương thích được tính như nhau (NFKC)' },
    (nickname) => [nickname, nickname.replace('an', '\uff41\uff4e')],
  ),
  same(
    'P-NAME-3',
    {
      en: 'composed and decomposed letters count alike',
      vi: 'chữ dựng sẵn và chữ tổ hợp được tính như nhau',
    },
    (nickname) => [`Hoà ${nickname}`.normalize('NFC'), `Hoà ${nickname}`.normalize('NFD')],
  ),
  same(
    'P-NAME-7',
    {
      en: 'a Cyrillic letter that looks like a Latin one counts as that',
      vi: 'chữ Kirin trông giống chữ Latinh được tính là chữ Latinh',
    },
    (nickname) => [nickname, nickname.replace('a', '\u0430')],
  ),
  same(
    'P-NAME-7',
    {
      en: 'a Greek letter that looks like a Latin one counts as that',
      vi: 'chữ Hy Lạp trông giống chữ Latinh được tính là chữ Latinh',
    },
    (nickname) => [`o${nickname}`, `\u03bf${nickname}`],
  ),
  distinct('P-NAME-7', { en: 'rn is not m', vi: 'rn không phải m' }, (nickname) => [
    `m ${nickname}`,
    `rn ${nickname}`,
  ]),
  distinct('P-NAME-7', { en: '0 is not o', vi: '0 không phải o' }, (nickname) => [
    `o ${nickname}`,
    `0 ${nickname}`,
  ]),
  malformed(
    { en: 'spaces only are no nickname', vi: 'chỉ có khoảng trắng thì không phải tên' },
    () => ' \u3000 ',
  ),
  malformed(
    { en: 'invisible code points only are no nickname', vi: 'chỉ có ký tự vô hình thì không phải tên' },
    () => '\u200b\u2060',
  ),
  malformed(
    { en: 'a line break is not allowed', vi: 'không được có dấu xuống dòng' },
    (nickname) => `${nickname}\n`,
  ),
  malformed(
    { en: 'a line separator is not allowed', vi: 'không được có ký tự ngăn dòng' },
    (nickname) => `a\u2028${nickname}`,
  ),
  malformed(
    { en: 'a bidirectional override is not allowed', vi: 'không được có ký tự đổi chiều chữ' },
    (nickname) => `\u202e${nickname}`,
  ),
  malformed(
    { en: 'a private-use character is not allowed', vi: 'không được có ký tự dùng riêng' },
    (nickname) => `${nickname}\ue000`,
  ),
];
