declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Names one run in its store: `r` and thirteen base-32 characters, sorted by the millisecond of creation. */
export type RunId = Brand<string, "RunId">;
/** Names one attempt everywhere, also outside: `<run>-<step>-<task>-<number>`; a DNS label, at most 63 characters. */
export type AttemptId = Brand<string, "AttemptId">;
/** Names one engine process for as long as it lives. */
export type EngineId = Brand<string, "EngineId">;
/** A content address: `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = Brand<string, "Digest">;

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * A run id from the second it was made (seven characters), the millisecond in it (two) and 20 random bits; `random` yields
 * numbers in [0, 1).
 */
export function makeRunId(nowMs: number, random: () => number): RunId {
  const ms = Math.floor(nowMs);
  const tail = Array.from({ length: 4 }, () => alphabet[Math.floor(random() * 32)]).join("");
  return `r${digits(Math.floor(ms / 1000), 7)}${digits(ms % 1000, 2)}${tail}` as RunId;
}

/** A whole number in base 32, its last `length` digits. */
function digits(number: number, length: number): string {
  let text = "";
  for (let rest = number, i = 0; i < length; i++, rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text;
  return text;
}

/** The id of attempt `number` (from 1, growing over restarts) of task `task` of step `step`, both as indices of the plan. */
export function makeAttemptId(run: RunId, step: number, task: number, number: number): AttemptId {
  return `${run}-${step}-${task}-${number}` as AttemptId;
}

/** The run, step, task and number in an attempt id, or undefined if it is none. */
export function parseAttemptId(id: string): { run: RunId; step: number; task: number; number: number } | undefined {
  const match = /^(r[0-9a-z]{8,20})-(\d+)-(\d+)-(\d+)$/.exec(id);
  if (!match) return undefined;
  return { run: match[1] as RunId, step: Number(match[2]), task: Number(match[3]), number: Number(match[4]) };
}

export function isDigest(text: string): text is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}
