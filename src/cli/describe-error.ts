import { relative } from "node:path";
import type { FlotillaError, Place } from "../core/errors.ts";
import { safeLines, safeText } from "./format/safe-text.ts";
import type { Terminal } from "./terminal.ts";

/** An error as a person reads it: what happened, where, what to do, and the code for scripts and searches. */
export function describeError(error: FlotillaError, { paint }: Pick<Terminal, "paint">, verbose: boolean): string {
  const lines = [`${paint.red(paint.bold("✗"))} ${safeLines(error.message)}`];
  const place = describePlace(error.place);
  if (place !== "" && !error.message.includes(place)) lines.push(`  ${paint.dim("at")}   ${safeText(place)}`);
  if (error.mend !== undefined) lines.push(`  ${paint.dim("mend")} ${safeLines(error.mend)}`);
  lines.push(`  ${paint.dim(`code ${error.code}`)}`);
  if (verbose || error.code === "INTERNAL") lines.push(paint.dim(safeLines(stackOf(error))));
  return lines.join("\n");
}

/** The store is away or full, and whoever sees to a run waits for it. */
export function tellWait(error: FlotillaError, terminal: Pick<Terminal, "paint" | "note">): void {
  const goesOn = `  ${terminal.paint.dim("then")} the run goes on by itself; nothing is lost`;
  terminal.note(`${describeError(error, terminal, false)}\n${goesOn}`);
}

function describePlace({ file, line, column, step, key, name }: Place): string {
  const parts: string[] = [];
  if (file !== undefined)
    parts.push([relative(process.cwd(), file) || file, line, column].filter((part) => part !== undefined).join(":"));
  if (step !== undefined) parts.push(`step ${step}`);
  if (key !== undefined) parts.push(`key ${key}`);
  if (name !== undefined && parts.length === 0) parts.push(name);
  return parts.join(", ");
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
