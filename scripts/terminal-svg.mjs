// Draws what a terminal showed, colours and all, as an SVG that plays the frames one after the other and rests on the last.

const cell = { width: 8.4, height: 19, size: 14 };
const pad = { side: 22, top: 50, bottom: 20 };

/** Reads well in a page of either theme, because the window brings its own background. */
const colors = {
  window: "#0d1117",
  edge: "#3d444d",
  text: "#d1d7e0",
  dim: "#8b949e",
  codes: {
    31: "#ff7b72",
    32: "#3fb950",
    33: "#d8a830",
    34: "#58a6ff",
    35: "#bc8cff",
    36: "#39c5cf",
    90: "#5c656f",
  },
};

/** Signs that fill their cell; drawn as boxes, since fonts leave gaps between them. */
const boxes = { "█": 1, "▓": 0.7, "■": 1, "░": 0.45 };

/**
 * The picture. `frames` are lists of lines with ANSI colours, `columns` the width of the terminal; each frame stays for
 * `frameMs`, the last one for `restMs`. Whoever asks for reduced motion, or cannot play it, sees `poster` (an index).
 */
export function terminalSvg({ frames, columns, title, label, frameMs, restMs, poster }) {
  const rows = Math.max(...frames.map((lines) => lines.length));
  const width = Math.round(columns * cell.width + 2 * pad.side);
  const height = rows * cell.height + pad.top + pad.bottom;
  const shared = new SharedLines();
  const shown = frames.map((lines) => lines.map((line, row) => shared.use(line, row)).join(""));
  const times = frameTimes({ count: frames.length, frameMs, restMs, poster });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}">
<style>
text{font:${cell.size}px ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;fill:${colors.text};white-space:pre}
.b{font-weight:700}.d{fill:${colors.dim}}
${Object.entries(colors.codes)
  .map(([code, color]) => `.c${code}{fill:${color}}`)
  .join("")}
${times.style}
</style>
<defs>
${shared.definitions()}
</defs>
<rect x=".75" y=".75" width="${width - 1.5}" height="${height - 1.5}" rx="10" fill="${colors.window}" stroke="${colors.edge}" stroke-width="1.5"/>
<circle cx="22" cy="21" r="6" fill="#ff5f57"/><circle cx="42" cy="21" r="6" fill="#febc2e"/><circle cx="62" cy="21" r="6" fill="#28c840"/>
<text class="d" x="${width / 2}" y="26" text-anchor="middle">${escaped(title)}</text>
<g transform="translate(${pad.side} ${pad.top})">
${shown.map((uses, index) => `<g class="f" ${times.of(index)}>${uses}</g>`).join("\n")}
</g>
</svg>
`;
}

/** Every frame is the same animation, begun at its own moment. */
function frameTimes({ count, frameMs, restMs, poster }) {
  const all = (count - 1) * frameMs + restMs;
  const share = (ms) => `${((100 * ms) / all).toFixed(3)}%`;
  const keyframes = (name, ms) =>
    `@keyframes ${name}{0%{visibility:visible}${share(ms)}{visibility:hidden}100%{visibility:hidden}}`;
  return {
    style: [
      keyframes("one", frameMs),
      keyframes("last", restMs),
      `.f{visibility:hidden}.f:nth-child(${poster + 1}){visibility:visible}`,
      `@media (prefers-reduced-motion:no-preference){.f:nth-child(n){visibility:hidden;animation:one ${all}ms step-end infinite}.f:last-child:last-child{animation-name:last}}`,
    ].join("\n"),
    of: (index) => `style="animation-delay:${index * frameMs}ms"`,
  };
}

/** A line that many frames have is written once. */
class SharedLines {
  #ids = new Map();

  use(line, row) {
    const drawn = drawLine(line);
    if (drawn === "") return "";
    if (!this.#ids.has(drawn)) this.#ids.set(drawn, `l${this.#ids.size}`);
    return `<use href="#${this.#ids.get(drawn)}" y="${row * cell.height}"/>`;
  }

  definitions() {
    return [...this.#ids].map(([drawn, id]) => `<g id="${id}">${drawn}</g>`).join("\n");
  }
}

function drawLine(line) {
  return spansOf(line)
    .flatMap((span) => splitBoxes(span))
    .filter(({ text }) => text.trim() !== "")
    .map(drawSpan)
    .join("");
}

function drawSpan({ text, column, bold, dim, color }) {
  const style = [...(bold ? ["b"] : []), color ? `c${color}` : dim ? "d" : ""].filter(Boolean).join(" ");
  const named = style === "" ? "" : ` class="${style}"`;
  const x = Number((column * cell.width).toFixed(1));
  const width = Number((text.length * cell.width).toFixed(1));
  const opacity = boxes[text[0]];
  if (opacity !== undefined)
    return `<rect${named} x="${x}" y="3" width="${width}" height="13"${opacity === 1 ? "" : ` opacity="${opacity}"`}/>`;
  // The width is given, so that a font with other proportions does not move what stands behind it.
  return `<text${named} x="${x}" y="14" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escaped(text)}</text>`;
}

/** Boxes apart from letters, and gaps of spaces apart from both. */
function splitBoxes(span) {
  const parts = [...span.text.matchAll(/([█▓■░])\1*|(?:(?! {2})[^█▓■░])+| +/g)];
  return parts.map((part) => {
    const blank = part[0].length - part[0].trimStart().length;
    return { ...span, text: part[0].trim(), column: span.column + part.index + blank };
  });
}

/** `{text, column, bold, dim, color}` of each stretch between two changes of colour. */
function spansOf(line) {
  const spans = [];
  let style = {};
  let column = 0;
  // eslint-disable-next-line no-control-regex -- what a terminal is told
  for (const [, codes, text] of line.matchAll(/\u001b\[([\d;]*)m|([^\u001b]+)/g)) {
    if (text === undefined) style = codes.split(";").reduce((now, code) => restyle(now, Number(code)), style);
    else {
      spans.push({ text, column, ...style });
      column += text.length;
    }
  }
  return spans;
}

function restyle(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, color: undefined };
  return code in colors.codes ? { ...style, color: code } : style;
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
