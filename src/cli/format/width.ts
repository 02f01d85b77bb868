const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const wide = /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
// A colour or another effect; takes no room.
const effects = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

/** Columns that a text takes in a terminal. */
export function widthOf(text: string): number {
  const plain = text.replace(effects, "");
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of segments.segment(plain)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** The text in exactly `columns`: filled up, or shortened in the middle, where names differ least. */
export function fit(text: string, columns: number, align: "left" | "right" = "left"): string {
  const short = shorten(text, columns);
  const space = " ".repeat(Math.max(0, columns - widthOf(short)));
  return align === "left" ? short + space : space + short;
}

/** At most `columns` wide; the middle of a longer text gives way to an ellipsis. */
export function shorten(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns <= 1) return "…".slice(0, columns);
  const parts = Array.from(segments.segment(text), ({ segment }) => segment);
  const head: string[] = [];
  const tail: string[] = [];
  let room = columns - 1;
  for (let front = 0, back = parts.length - 1, turn = true; front <= back; turn = !turn) {
    const part = turn ? parts[front]! : parts[back]!;
    room -= widthOf(part);
    if (room < 0) break;
    if (turn) (head.push(part), front++);
    else (tail.unshift(part), back--);
  }
  return `${head.join("")}…${tail.join("")}`;
}
