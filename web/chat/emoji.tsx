import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { fold } from './fold.ts';
import type { Language } from './words.ts';

/** A picture, its names in English, and behind a bar those in Vietnamese. */
const list = `😀grin,happy|cười tươi,vui
😂tears of joy,laugh,lol|cười ra nước mắt
🤣rolling,rofl|cười lăn
😊smile,blush|mỉm cười
🙂slight smile|cười nhẹ
😉wink|nháy mắt
😍heart eyes,love|mê,yêu
🥰in love|thương
😘kiss|hôn
😎cool,sunglasses|ngầu,kính râm
🤩star eyes,wow|tuyệt
🥳party,birthday|tiệc
🤗hug|ôm
🤔thinking,hmm|suy nghĩ
😋yum,delicious|ngon
😅sweat,phew|toát mồ hôi
😳flushed,shy|ngượng
🥺please,pleading|năn nỉ
😢sad,tear|buồn
😭cry,sob|khóc
😡angry|giận
😱scream,fear|sợ
😷mask|khẩu trang
🤫hush,quiet|suỵt,im lặng
👍thumbs up,yes,like|thích,đồng ý
👎thumbs down,no|không thích
👌OK|được
👏clap,bravo|vỗ tay
🙌hooray|hoan hô
🙏thanks,pray|cảm ơn
🤝handshake,deal|bắt tay
👋wave,hello,bye|chào
💪strong,muscle|mạnh,cố lên
✌victory,peace|chiến thắng
👀eyes,look|nhìn
❤red heart,love|tim,yêu
💯hundred|trăm điểm
🔥fire,hot|lửa,nóng
✨sparkles|lấp lánh
⭐star|ngôi sao
🎉congratulations,tada|chúc mừng
🎂cake,birthday|bánh sinh nhật
🌸flower,blossom|hoa
🐶dog|chó
🐱cat|mèo
🍜noodles,pho|phở,mì
☕coffee,tea|cà phê,trà
🧋bubble tea|trà sữa
🏠home,house|nhà
🏫school|trường
🛵scooter|xe máy
✈plane|máy bay
🎵music|nhạc
📚books|sách
📝note,write|ghi chú
⏰alarm,time|giờ,báo thức
💡idea|ý tưởng
❓question|hỏi
❗exclamation|chấm than
✅done,check|xong
❌cross,wrong|sai
⚠warning|cảnh báo
🚀rocket|tên lửa
🇻🇳Vietnam|Việt Nam`
  .split('\n')
  .map((line) => {
    const [, picture = '', en = '', vi = ''] = /^(\P{L}+)(.*)\|(.*)$/u.exec(line) ?? [];
    const sign = /^\p{Emoji_Presentation}/u.test(picture) ? picture : `${picture}\ufe0f`;
    return { sign, names: { en, vi }, found: ` ${fold(`${en} ${vi}`.replaceAll(',', ' '))}` };
  });

/** How many stand in one line. */
const columns = 8;

const dictionaries: Record<Language, { search: string; none: string }> = {
  en: { search: 'Search emoji', none: 'There is none of this name.' },
  vi: { search: 'Tìm biểu tượng', none: 'Không có biểu tượng nào tên như vậy.' },
};

type Props = { language: Language; onChoose: (sign: string) => void; onClose: () => void };

/** Pictures to write with, found by their names in both languages. Arrows move among them, Escape closes. */
export function Emoji({ language, onChoose, onClose }: Props) {
  const words = dictionaries[language];
  const [wish, setWish] = useState('');
  const [active, setActive] = useState(0);
  const grid = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const shown = list.filter(({ found }) => found.includes(` ${fold(wish.trim())}`));

  useLayoutEffect(() => search.current?.focus(), []);

  function focus(index: number): void {
    const there = Math.max(0, Math.min(index, shown.length - 1));
    setActive(there);
    (grid.current?.children[there] as HTMLElement | undefined)?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const isSearching = event.target === search.current;
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
    };
    const step = steps[event.key];
    const [first] = shown;
    if (event.key === 'Escape') onClose();
    else if (isSearching && event.key === 'Enter' && !event.isComposing && first) onChoose(first.sign);
    else if (isSearching && event.key === 'ArrowDown') focus(0);
    else if (!isSearching && step !== undefined) {
      if (active + step < 0) search.current?.focus();
      else focus(active + step);
    } else return;
    event.preventDefault();
  }

  return (
    <fieldset class="above emoji" aria-label={words.search} onKeyDown={onKeyDown}>
      <input
        ref={search}
        class="field"
        type="search"
        placeholder={words.search}
        aria-label={words.search}
        value={wish}
        onInput={({ currentTarget }) => {
          setWish(currentTarget.value);
          setActive(0);
        }}
      />
      <div ref={grid} class="signs">
        {shown.map(({ sign, names }, index) => (
          <button
            key={sign}
            type="button"
            tabIndex={index === active ? 0 : -1}
            aria-label={names[language]}
            title={names[language]}
            onClick={() => onChoose(sign)}
          >
            {sign}
          </button>
        ))}
      </div>
      {shown.length === 0 && <p role="status">{words.none}</p>}
    </fieldset>
  );
}
