const memoryUnits: Readonly<Record<string, number>> = {
  "": 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};
const timeUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Bytes from a number of them, or from a text such as `512Mi` or `1.5G`. Throws an `Error` that says what is expected. */
export function parseMemory(given: number | string): number {
  return parse(given, memoryUnits, "", "memory", "512Mi or 1.5Gi");
}

/** Milliseconds from a number of them, or from a text such as `90s`, `10m` or `1h30m`. */
export function parseDuration(given: number | string): number {
  const parts = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d)){2,}$/.test(String(given))
    ? String(given).match(/\d+(?:\.\d+)?[a-z]+/g)!
    : [given];
  return parts.reduce<number>((sum, part) => sum + parse(part, timeUnits, "ms", "a time", "90s, 10m or 1h30m"), 0);
}

/** Cores from a number of them, or thousandths of one from a text such as `500m`. */
export function parseCpu(given: number | string): number {
  const cores =
    typeof given === "number" ? given : given.endsWith("m") ? Number(given.slice(0, -1)) / 1000 : Number(given);
  if (!(cores > 0 && cores <= 100_000))
    throw new Error(`${JSON.stringify(given)} is no number of CPUs; write 2, 0.5 or "500m"`);
  return Math.round(cores * 1000) / 1000;
}

function parse(
  given: number | string,
  units: Readonly<Record<string, number>>,
  bare: string,
  what: string,
  examples: string,
): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(String(given));
  const unit = match === null ? undefined : units[match[2] === "" ? bare : match[2]!];
  const value = unit === undefined ? NaN : Math.round(Number(match![1]) * unit);
  if (!(value > 0 && Number.isSafeInteger(value)))
    throw new Error(`${JSON.stringify(given)} is not ${what}; write ${examples}`);
  return value;
}
