import { FlotillaError } from "../core/errors.ts";

/** Bytes as a number, or as text: `"512Mi"`, `"1Gi"` (powers of 1024), `"1.5G"` (powers of 1000). */
export type Memory = number | string;
/** Cores as a number, fractions allowed, or as text: `"2"`, `"500m"` (thousandths). */
export type Cpu = number | string;
/** Milliseconds as a number, or as text: `"10m"`, `"1h30m"`, `"90s"`, `"500ms"`. */
export type Duration = number | string;

const bytesOf: Readonly<Record<string, number>> = {
  "": 1, B: 1,
  k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40,
};
const millisecondsOf: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Whole bytes, at least one. Throws `STEP_INVALID`. */
export function readMemory(memory: Memory, what = "memory"): number {
  const bytes = typeof memory === "number" ? memory : readWithUnit(memory, bytesOf);
  if (Number.isFinite(bytes) && bytes >= 1) return Math.round(bytes);
  throw unreadable(what, memory, 'write it as "512Mi", "1.5Gi" or "2G", or as a number of bytes');
}

/** Cores, more than none. Throws `STEP_INVALID`. */
export function readCpu(cpu: Cpu): number {
  const cores = typeof cpu === "number" ? cpu : readWithUnit(cpu, { "": 1, m: 0.001 });
  if (Number.isFinite(cores) && cores > 0) return cores;
  throw unreadable("cpu", cpu, 'write it as a number of cores above 0, such as 0.5 or 2, or as "500m"');
}

/** Whole milliseconds, at least one. Throws `STEP_INVALID`. */
export function readDuration(duration: Duration, what: string): number {
  const milliseconds = typeof duration === "number" ? duration : sumOfParts(duration);
  if (Number.isFinite(milliseconds) && milliseconds >= 1) return Math.round(milliseconds);
  throw unreadable(what, duration, 'write it as "90s", "10m" or "1h30m", or as a number of milliseconds');
}

/** The factor in `"x1.5"`, above 1. Throws `STEP_INVALID`. */
export function readFactor(factor: string, what: string): number {
  const value = /^x(\d+(\.\d+)?)$/.exec(factor)?.[1];
  if (value !== undefined && Number(value) > 1) return Number(value);
  throw unreadable(what, factor, 'write by how much it grows each time, such as "x1.5" or "x2"');
}

/** A whole number of at least `least`. Throws `STEP_INVALID`. */
export function readCount(count: number, what: string, least = 1): number {
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw unreadable(what, count, `give a whole number of at least ${least}`);
}

function readWithUnit(text: string, units: Readonly<Record<string, number>>): number {
  const match = /^(\d+(?:\.\d+)?|\.\d+) ?([a-z]*)$/i.exec(text.trim());
  const unit = match === null || !Object.hasOwn(units, match[2]!) ? undefined : units[match[2]!];
  return unit === undefined ? NaN : Number(match![1]) * unit;
}

function sumOfParts(text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return NaN;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) sum += Number(number) * millisecondsOf[unit!]!;
  return sum;
}

function unreadable(what: string, given: unknown, mend: string): FlotillaError {
  return new FlotillaError("STEP_INVALID", `${what} cannot be ${JSON.stringify(given) ?? String(given)}`, { mend, place: { name: what } });
}
