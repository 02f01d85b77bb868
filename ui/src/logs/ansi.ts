import Anser from "anser";
import { safeText } from "../format/safe-text.ts";

/** A stretch of a line in one look. */
export interface Piece {
  readonly text: string;
  /** One of the sixteen colours by name, to be shown in the theme's own, or an exact one. */
  readonly colour: string | undefined;
  readonly background: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

/** Escape sequences other than colours: titles and links (OSC, DCS …), cursor movements, single commands. */
const others =
  // eslint-disable-next-line no-control-regex -- these are what it is about
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-ln-~]|\u001b[ -/]*[0-OQ-WYZ\\`-~]/g;

// eslint-disable-next-line no-control-regex -- as above
const colours = /\u001b\[[0-9;:]*m/;

/** A line as a terminal would show it: colours kept, everything else that could act on a terminal taken out. */
export function piecesOf(line: string): readonly Piece[] {
  const clean = lastOfRewrites(line.replaceAll(others, ""));
  if (!colours.test(clean)) return [plain(clean)];
  return Anser.ansiToJson(clean, { json: true, use_classes: true, remove_empty: true }).map((part): Piece => ({
    text: safeText(part.content, Number.POSITIVE_INFINITY),
    colour: colourOf(part.fg, part.fg_truecolor),
    background: colourOf(part.bg, part.bg_truecolor),
    bold: part.decorations.includes("bold"),
    dim: part.decorations.includes("dim"),
    italic: part.decorations.includes("italic"),
    underline: part.decorations.includes("underline"),
  }));
}

/** The text of a line without any colour. */
export function textOf(line: string): string {
  return piecesOf(line)
    .map(({ text }) => text)
    .join("");
}

/** Progress bars write over their own line: what counts is what they wrote last. */
function lastOfRewrites(line: string): string {
  if (!line.includes("\r")) return line;
  return line.split("\r").findLast((part) => part.trim() !== "") ?? "";
}

function plain(text: string): Piece {
  return {
    text: safeText(text, Number.POSITIVE_INFINITY),
    colour: undefined,
    background: undefined,
    bold: false,
    dim: false,
    italic: false,
    underline: false,
  };
}

function colourOf(name: string | null, exact: string | null): string | undefined {
  if (!name) return undefined;
  if (name === "ansi-truecolor") return exact ? `rgb(${exact})` : undefined;
  const index = /^ansi-palette-(\d+)$/.exec(name)?.[1];
  if (index !== undefined) return paletteColour(Number(index));
  return `var(--${name})`;
}

/** The 6 × 6 × 6 cube and the greys of the 256 colours; the first sixteen have names. */
function paletteColour(index: number): string {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const at = index - 16;
  return `rgb(${level(Math.floor(at / 36))} ${level(Math.floor(at / 6) % 6)} ${level(at % 6)})`;
}
