import type { TaskSummary } from "../../../src/api/schemas/task.ts";

export type Key = TaskSummary["key"];

/** `origin=JFK, month=7`. */
export function keyText(key: Key): string {
  return Object.entries(key)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(", ");
}

/** Step and key of a ref, to be shown apart: `train[origin=JFK]` gives `train` and `origin=JFK`. */
export function splitRef(ref: string): { step: string; key: string } {
  const open = ref.indexOf("[");
  return open < 0 ? { step: ref, key: "" } : { step: ref.slice(0, open), key: ref.slice(open + 1, -1) };
}

/** A word of a command line, quoted where a shell would read it otherwise. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
