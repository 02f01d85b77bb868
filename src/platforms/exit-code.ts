import type { Evidence } from "../core/evidence.ts";

/** A shell's way to say by which signal a program ended: 128 and its number. */
const signals: Readonly<Record<number, string>> = {
  129: "SIGHUP",
  130: "SIGINT",
  134: "SIGABRT",
  137: "SIGKILL",
  139: "SIGSEGV",
  143: "SIGTERM",
};

/** What the exit code of a container says; engines of containers tell no signals. */
export function endOfProgram(exitCode: number): Pick<Evidence, "exitCode" | "signal"> {
  const signal = signals[exitCode];
  return signal === undefined ? { exitCode } : { signal };
}
