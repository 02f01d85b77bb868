const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time with two units at most: `480 ms`, `4.1 s`, `3 m 20 s`, `2 h 05 m`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return "–";
  const length = Math.max(0, ms);
  if (length < 999.5) return `${Math.round(length)} ms`;
  if (length < 9.95 * second) return `${(length / second).toFixed(1)} s`;
  if (length < minute - second / 2) return `${Math.round(length / second)} s`;
  if (length < hour - second / 2) return two(Math.round(length / second), 60, "m", "s");
  if (length < day - minute / 2) return two(Math.round(length / minute), 60, "h", "m");
  const hours = Math.round(length / hour);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function two(whole: number, base: number, large: string, small: string): string {
  return `${Math.floor(whole / base)} ${large} ${String(whole % base).padStart(2, "0")} ${small}`;
}

/** `12 s ago`, `in 4 m`: one unit, for what stands in a list. */
export function formatRelative(at: number, now: number): string {
  const ms = now - at;
  const length = Math.abs(ms);
  if (length < 5 * second) return "now";
  const text =
    length < minute
      ? `${Math.round(length / second)} s`
      : length < hour
        ? `${Math.round(length / minute)} m`
        : length < day
          ? `${Math.round(length / hour)} h`
          : `${Math.round(length / day)} d`;
  return ms > 0 ? `${text} ago` : `in ${text}`;
}

const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "long",
});
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

/** In the viewer's zone, with its name. */
export function formatExact(at: number): string {
  return exact.format(at);
}

export function formatClock(at: number): string {
  return clock.format(at);
}
