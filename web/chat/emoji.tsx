import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { fold } from './fold.ts';
import type { Language } from './words.ts';

/** A picture, its names in English, and behind a bar those in Vietnamese. */
const list = `😀grin,happy|cười tươi,vui
😂tears of joy,laugh,lol|cười ra nước mắt
😊smile,blush|mỉm cười
😉wink|nháy mắt
😍heart eyes,love|mê,yêu
😎cool,sunglasses|ngầu,kính râm
🥳party,birthday|tiệc
🤔thinking,hmm|suy nghĩ
😢sad,tear|buồn
😭cry,sob|khóc
😡angry|giận
👍thumbs up,yes,like|thích,đồng ý
👎thumbs down,no|không thích
👏clap,bravo|vỗ tay
🙏thanks,pray|cảm ơn
👋wave,hello,bye|chào
💪strong,muscle|mạnh,cố lên
👀eyes,look|nhìn
❤red heart,love|tim,yêu
💯hundred|trăm điểm
🔥fire,hot|lửa,nóng
✨sparkles|lấp lánh
🎉congratulations,tada|chúc mừng
🎂cake,birthday|bánh sinh nhật
🐶dog|chó
🍜noodles,pho|phở,mì
☕coffee,tea|cà phê,trà
🏠home,house|nhà
🎵music|nhạc
⏰alarm,time|giờ,báo thức
💡idea|ý tưởng
❓question|hỏi
✅done,check|xong
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
