/**
 * Reads a pattern, in which `*` stands for any characters and `?` for one. Returns whether a text, given by its code points,
 * matches it. Goes back to the last star only, so it takes no longer than the product of both lengths.
 */
export function likeness(pattern: string): (letters: readonly string[]) => boolean {
  const signs = Array.from(pattern);
  return (letters) => {
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
    while (signs[sign] === '*') sign++;
    return sign === signs.length;
  };
}
