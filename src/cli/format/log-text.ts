import { escapeUnsafe } from "./safe-text.ts";

const escape = String.fromCharCode(27);
/** Colours, bold and their like: the only commands to a terminal that text from a task may carry. */
const effect = new RegExp(`(${escape}\\[[0-9;:]{0,32}m)`);
const reset = `${escape}[0m`;

/**
 * A line that a task printed, fit for a terminal: its colours stay (or are taken out), every other command is shown as
 * what it is. Of a line that was written over and over, as progress bars are, the last state.
 */
export function logText(text: string, { color }: { color: boolean }): string {
  const pieces = lastState(text).split(effect);
  if (pieces.length === 1) return escapeUnsafe(pieces[0]!);
  const shown = pieces.map((piece, index) => (index % 2 === 0 ? escapeUnsafe(piece) : color ? piece : ""));
  return color ? shown.join("") + reset : shown.join("");
}

function lastState(text: string): string {
  if (!text.includes("\r")) return text;
  return text.split("\r").findLast((piece) => piece !== "") ?? "";
}
