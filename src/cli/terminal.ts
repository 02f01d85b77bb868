import pc from "picocolors";
import type { TaskState } from "../core/task-state.ts";

type Paint = (text: string) => string;

/** How commands talk: where text goes, how wide it is, whether it may have colours. */
export interface Terminal {
  readonly json: boolean;
  readonly interactive: boolean;
  readonly columns: number;
  readonly paint: Readonly<
    Record<"bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan" | "magenta" | "gray", Paint>
  >;
  /** Results: standard output. */
  readonly print: (text: string) => void;
  /** Messages: standard error. */
  readonly note: (text: string) => void;
}

export function openTerminal({ json, color }: { json: boolean; color: boolean }): Terminal {
  const stdout = process.stdout;
  const paint = pc.createColors(
    color &&
      !json &&
      (pc.isColorSupported || process.env["FORCE_COLOR"] !== undefined) &&
      process.env["NO_COLOR"] === undefined,
  );
  return {
    json,
    interactive: stdout.isTTY && process.env["TERM"] !== "dumb" && !json,
    get columns() {
      return stdout.columns ?? (Number(process.env["COLUMNS"]) || 100);
    },
    paint,
    print: (text) => void stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** How a state looks: a colour and a glyph of its own, so that it can be read without colours. */
export const stateLooks: Record<TaskState, { readonly glyph: string; readonly paint: keyof Terminal["paint"] }> = {
  succeeded: { glyph: "█", paint: "green" },
  reused: { glyph: "▓", paint: "cyan" },
  active: { glyph: "▶", paint: "blue" },
  backoff: { glyph: "↻", paint: "yellow" },
  failed: { glyph: "✗", paint: "red" },
  blocked: { glyph: "▪", paint: "magenta" },
  cancelled: { glyph: "∅", paint: "gray" },
  skipped: { glyph: "╌", paint: "gray" },
  ready: { glyph: "░", paint: "yellow" },
  waiting: { glyph: "·", paint: "gray" },
};
