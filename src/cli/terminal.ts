import pc from "picocolors";
import type { TaskState } from "../core/task-state.ts";

type Style = (text: string) => string;
export type Paint = Readonly<
  Record<"bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan" | "magenta" | "gray", Style>
>;

/** How commands talk: where text goes, how much room it has, whether it may have colours. */
export interface Terminal {
  readonly json: boolean;
  /** Whether text can be drawn over: a terminal that knows how, and no `--json`. */
  readonly interactive: boolean;
  readonly color: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
  /** Results: standard output. */
  readonly print: (text: string) => void;
  /** Text as it is, without an end of line: standard output. */
  readonly write: (text: string) => void;
  /** Waits, where the reader is slow, until it has taken what was printed: a log may be larger than the memory. */
  readonly drained: () => Promise<void>;
  /** Messages: standard error. */
  readonly note: (text: string) => void;
  /** Sends messages elsewhere while a part of the screen is drawn over and over; the function returned ends that. */
  readonly divertNotes: (to: (text: string) => void) => () => void;
}

export function openTerminal({ json, color }: { json: boolean; color: boolean }): Terminal {
  const { stdout, stderr, env } = process;
  const isColorful = color && !json && !env["NO_COLOR"] && (pc.isColorSupported || Boolean(env["FORCE_COLOR"]));
  const toStderr = (text: string): void => void stderr.write(`${text}\n`);
  let note = toStderr;
  return {
    json,
    interactive: stdout.isTTY && env["TERM"] !== "dumb" && !json,
    color: isColorful,
    // A terminal over a serial line says 0.
    get columns() {
      return stdout.columns || Number(env["COLUMNS"]) || 100;
    },
    get rows() {
      return stdout.rows || Number(env["LINES"]) || 24;
    },
    paint: pc.createColors(isColorful),
    print: (text) => void stdout.write(`${text}\n`),
    write: (text) => void stdout.write(text),
    // A reader that goes ends the process; nobody need be told here.
    drained: async () => {
      if (stdout.writableNeedDrain) await new Promise((resolve) => stdout.once("drain", resolve));
    },
    note: (text) => note(text),
    divertNotes: (to) => {
      note = to;
      return () => (note = toStderr);
    },
  };
}

/**
 * How a state looks: a colour and a glyph of its own, so that it can be read without colours. None of the glyphs has a
 * form as an emoji, which some terminals would draw two columns wide.
 */
export const stateLooks: Record<TaskState, { readonly glyph: string; readonly paint: keyof Paint }> = {
  succeeded: { glyph: "█", paint: "green" },
  reused: { glyph: "▓", paint: "cyan" },
  failed: { glyph: "✗", paint: "red" },
  blocked: { glyph: "■", paint: "magenta" },
  cancelled: { glyph: "∅", paint: "gray" },
  skipped: { glyph: "╌", paint: "gray" },
  active: { glyph: "▸", paint: "blue" },
  backoff: { glyph: "↻", paint: "yellow" },
  ready: { glyph: "░", paint: "yellow" },
  waiting: { glyph: "·", paint: "gray" },
};
