import type { ResponseOf } from "../api/operations.ts";
import { logText } from "./format/log-text.ts";
import { safeText } from "./format/safe-text.ts";
import type { Terminal } from "./terminal.ts";
import { runEnded } from "./view/views.ts";

export type LogLine = ResponseOf<"readLogs">["lines"][number];
type EndedRun = Parameters<typeof runEnded>[0];

/** Whose log a line is from. */
export interface LogSource {
  readonly task: string;
  /** The attempt's id. */
  readonly attempt: string;
}

/** Prints what tasks printed, in some form. */
export interface LogPrinter {
  print(source: LogSource, line: LogLine): void;
  /** All there is has been printed; more may come. */
  pause(): void;
  end(run: EndedRun): void;
}

/** A longer line is printed in pieces. */
const longestLine = 1024 * 1024;

interface Unfinished {
  readonly source: LogSource;
  readonly line: LogLine;
}

/** As lines, with the task's name in front where there are several. Pieces of a long line are put together again. */
export function plainLog(
  { print, paint, color }: Pick<Terminal, "print" | "paint" | "color">,
  { withTask, withTime }: { withTask: boolean; withTime: boolean },
): LogPrinter {
  const unfinished = new Map<string, Unfinished>();
  const show = ({ task }: LogSource, { at, stream, text }: LogLine): void => {
    const parts = [
      ...(withTime ? [paint.dim(new Date(at).toISOString())] : []),
      ...(withTask ? [paint[colourOf(task)](safeText(task))] : []),
      stream === "stderr" ? paint.yellow(logText(text, { color })) : logText(text, { color }),
    ];
    print(parts.join(" "));
  };
  const showUnfinished = (isDue: (line: LogLine) => boolean): void => {
    for (const [key, { source, line }] of unfinished) {
      if (!isDue(line)) continue;
      unfinished.delete(key);
      show(source, line);
    }
  };
  return {
    print(source, line) {
      const key = `${source.attempt} ${line.stream}`;
      const begun = unfinished.get(key)?.line;
      const whole = begun === undefined ? line : { ...line, at: begun.at, text: begun.text + line.text };
      if (line.partial && whole.text.length < longestLine) return void unfinished.set(key, { source, line: whole });
      unfinished.delete(key);
      return show(source, whole);
    },
    // Progress bars never end their line; whoever follows wants to see them all the same.
    pause: () => showUnfinished(({ text }) => text.includes("\r")),
    end: () => showUnfinished(() => true),
  };
}

/** As objects, one a line; the last one tells how the run ended. */
export function jsonLines({ print }: Pick<Terminal, "print">): LogPrinter {
  return {
    print: (source, line) => print(JSON.stringify(asJson(source, line))),
    pause: () => undefined,
    end: (run) => print(JSON.stringify(runEnded(run))),
  };
}

/** As one document, written piece by piece: a log may be larger than the memory. */
export function jsonDocument({ write }: Pick<Terminal, "write">): LogPrinter {
  let isFirst = true;
  return {
    print(source, line) {
      write(`${isFirst ? "[" : ","}\n${JSON.stringify(asJson(source, line))}`);
      isFirst = false;
    },
    pause: () => undefined,
    end: () => write(isFirst ? "[]\n" : "\n]\n"),
  };
}

function asJson({ task, attempt }: LogSource, { at, stream, text, partial }: LogLine): object {
  return { type: "log", task, attempt, at, stream, text, partial };
}

const colours = ["cyan", "green", "magenta", "blue"] as const;

/** Each task keeps its colour from line to line. */
function colourOf(ref: string): (typeof colours)[number] {
  let sum = 0;
  for (const character of ref) sum = (sum * 31 + character.codePointAt(0)!) % 65_521;
  return colours[sum % colours.length]!;
}
