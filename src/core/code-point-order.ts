/**
 * Texts sorted by Unicode code point: the same everywhere, which neither a locale's order nor that of UTF-16 is
 * (JavaScript's own sort puts an emoji before a private-use letter; UTF-8 and PostgreSQL's "C" put it after).
 */
export function sortByCodePoint(texts: readonly string[]): string[] {
  return texts.some((text) => /[\ud800-\udfff]/.test(text)) ? texts.toSorted(compareCodePoints) : texts.toSorted();
}

export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all that need none, and so move behind the units from U+E000 on. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
