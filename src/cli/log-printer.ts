import type { LogLine } from "../platforms/platform.ts";
import type { RunRow } from "../store/store.ts";
import type { ReadAttempt } from "./attempts-to-read.ts";
import { logText } from "./format/log-text.ts";
import { safeText } from "./format/safe-text.ts";
import type { Terminal } from "./terminal.ts";
import { runEnded } from "./view/views.ts";

/** Prints what tasks printed, in some form. */
export interface LogPrinter {
  print(attempt: ReadAttempt, line: LogLine): void;
  /** All there is has been printed; more may come. */
  pause(): void;
  end(run: RunRow): void;
}

type RefOf = (step: number, task: number) => string;

/** A longer line is printed in pieces. */
const longestLine = 1024 * 1024;

interface Unfinished {
  readonly attempt: ReadAttempt;
  readonly line: LogLine;
}

/** As lines, with the task's name in front where there are several. Pieces of a long line are put together again. */
export function plainLog(
  { print, paint, color }: Pick<Terminal, "print" | "paint" | "color">,
  { refOf, withTime }: { refOf: RefOf | undefined; withTime: boolean },
): LogPrinter {
  const unfinished = new Map<string, Unfinished>();
  const show = ({ step, task }: ReadAttempt, { at, stream, text }: LogLine): void => {
    const ref = refOf?.(step, task);
    const parts = [
      ...(withTime ? [paint.dim(new Date(at).toISOString())] : []),
      ...(ref === undefined ? [] : [paint[colourOf(ref)](safeText(ref))]),
      stream === "stderr" ? paint.yellow(logText(text, { color })) : logText(text, { color }),
    ];
    print(parts.join(" "));
  };
  const showUnfinished = (isDue: (line: LogLine) => boolean): void => {
    for (const [key, { attempt, line }] of unfinished) {
      if (!isDue(line)) continue;
      unfinished.delete(key);
      show(attempt, line);
    }
  };
  return {
    print(attempt, line) {
      const key = `${attempt.id} ${line.stream}`;
      const begun = unfinished.get(key)?.line;
      const whole = begun === undefined ? line : { ...line, at: begun.at, text: begun.text + line.text };
      if (line.partial && whole.text.length < longestLine) return void unfinished.set(key, { attempt, line: whole });
      unfinished.delete(key);
      return show(attempt, whole);
    },
    // Progress bars never end their line; whoever follows wants to see them all the same.
    pause: () => showUnfinished(({ text }) => text.includes("\r")),
    end: () => showUnfinished(() => true),
  };
}

/** As objects, one a line; the last one tells how the run ended. */
export function jsonLines({ print }: Pick<Terminal, "print">, refOf: RefOf): LogPrinter {
  return {
    print: (attempt, line) => print(JSON.stringify(asJson(attempt, line, refOf))),
    pause: () => undefined,
    end: (run) => print(JSON.stringify(runEnded(run))),
  };
}

/** As one document, written piece by piece: a log may be larger than the memory. */
export function jsonDocument({ write }: Pick<Terminal, "write">, refOf: RefOf): LogPrinter {
  let isFirst = true;
  return {
    print(attempt, line) {
      write(`${isFirst ? "[" : ","}\n${JSON.stringify(asJson(attempt, line, refOf))}`);
      isFirst = false;
    },
    pause: () => undefined,
    end: () => write(isFirst ? "[]\n" : "\n]\n"),
  };
}

function asJson({ id, step, task }: ReadAttempt, { at, stream, text, partial }: LogLine, refOf: RefOf): object {
  return { type: "log", task: refOf(step, task), attempt: id, at, stream, text, partial };
}

const colours = ["cyan", "green", "magenta", "blue"] as const;

/** Each task keeps its colour from line to line. */
function colourOf(ref: string): (typeof colours)[number] {
  let sum = 0;
  for (const character of ref) sum = (sum * 31 + character.codePointAt(0)!) % 65_521;
  return colours[sum % colours.length]!;
}
