/**
 * Whether a text is like a pattern, in which `*` stands for any characters and `?` for one. Goes back to the last star only,
 * so it takes no longer than the product of both lengths.
 */
export function isLike(text: string, pattern: string): boolean {
  const [letters, signs] = [Array.from(text), Array.from(pattern)];
  let [at, sign, star, resume] = [0, 0, -1, 0];
  while (at < letters.length) {
    if (signs[sign] === '*') {
      star = sign++;
      resume = at;
    } else if (sign < signs.length && (signs[sign] === '?' || signs[sign] === letters[at])) {
      at++;
      sign++;
    } else if (star >= 0) {
      sign = star + 1;
      at = ++resume;
    } else return false;
  }
  return signs.slice(sign).every((one) => one === '*');
}
