/** A text without its capitals and diacritics, for who types without them: `Đặng` is found by `dang`. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd');
}
