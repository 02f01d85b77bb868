export type Measure = (text: string) => number;

/** The text, or as much of it as fits with an ellipsis; empty when not even two letters do. */
export function fitText(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) return text;
  const letters = Array.from(text);
  let least = 0;
  let most = letters.length;
  while (least < most) {
    const middle = (least + most + 1) >> 1;
    if (measure(`${letters.slice(0, middle).join("")}…`) <= width) least = middle;
    else most = middle - 1;
  }
  return least < 2 ? "" : `${letters.slice(0, least).join("").trimEnd()}…`;
}

/** Breaks at spaces, and after the joints of a name, into at most so many lines; the last one is cut. */
export function wrapText(text: string, width: number, lines: number, measure: Measure): string[] {
  const out: string[] = [];
  let line = "";
  const words = text.split(/(?<=[ _./:-])/);
  for (let index = 0; index < words.length; index++) {
    const longer = line + words[index]!;
    if (line === "" || measure(longer.trimEnd()) <= width) {
      line = longer;
      continue;
    }
    if (out.length === lines - 1) {
      line = [line, ...words.slice(index)].join("");
      break;
    }
    out.push(line);
    line = words[index]!;
  }
  out.push(line);
  return out.map((each) => fitText(each.trimEnd(), width, measure));
}

const widths = new Map<string, Map<string, number>>();

/** Measures in the context's font, and remembers: the same few names are asked for in every frame. */
export function measureIn(context: CanvasRenderingContext2D): Measure {
  const { font } = context;
  let known = widths.get(font);
  if (known === undefined) {
    if (widths.size > 40) widths.clear();
    widths.set(font, (known = new Map()));
  }
  return (text) => {
    let width = known.get(text);
    if (width === undefined) {
      if (known.size > 20_000) known.clear();
      known.set(text, (width = context.measureText(text).width));
    }
    return width;
  };
}

/** When a font has come in, what was measured in its stead is wrong. */
export function forgetWidths(): void {
  widths.clear();
}
