const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const wide =
  /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const escape = String.fromCharCode(27);
// A colour or another effect; takes no room.
const effects = new RegExp(`(${escape}\\[[0-9;]*m)`, "g");

/** Columns that a text takes in a terminal; effects take none. */
export function widthOf(text: string): number {
  const plain = text.replace(effects, "");
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of segments.segment(plain)) width += widthOfSegment(segment);
  return width;
}

function widthOfSegment(segment: string): number {
  return wide.test(segment) ? 2 : 1;
}

/** The text in exactly `columns`: filled up, or shortened in the middle. It must hold no effects. */
export function fit(text: string, columns: number, align: "left" | "right" = "left"): string {
  const short = shorten(text, columns);
  const space = " ".repeat(Math.max(0, columns - widthOf(short)));
  return align === "left" ? short + space : space + short;
}

/** At most `columns` wide; the middle of a longer text, where names tell least, gives way to an ellipsis. It must hold no effects. */
export function shorten(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns <= 1) return "…".slice(0, columns);
  const parts = Array.from(segments.segment(text), ({ segment }) => segment);
  const head: string[] = [];
  const tail: string[] = [];
  let room = columns - 1;
  for (let front = 0, back = parts.length - 1, isFront = true; front <= back; isFront = !isFront) {
    const part = isFront ? parts[front++]! : parts[back--]!;
    room -= widthOfSegment(part);
    if (room < 0) break;
    if (isFront) head.push(part);
    else tail.unshift(part);
  }
  return `${head.join("")}…${tail.join("")}`;
}

/** At most `columns` wide, cut at the end; effects in it are kept whole, and ended. */
export function clip(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let room = columns - 1;
  let kept = "";
  for (const [index, piece] of text.split(effects).entries()) {
    if (index % 2 === 1) kept += piece;
    else
      for (const { segment } of segments.segment(piece)) {
        room -= widthOfSegment(segment);
        if (room < 0) return `${kept}…${kept.includes(escape) ? `${escape}[0m` : ""}`;
        kept += segment;
      }
  }
  return kept;
}
