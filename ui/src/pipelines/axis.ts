const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Between lines of an axis of durations, in milliseconds: what people count in. */
export const durationSteps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 5, 10, 30].map((count) => count * day),
];

/** In the largest unit that leaves it short: `90 s`, `15 m`, `2.5 h`. */
export function formatAxisDuration(ms: number): string {
  if (ms <= 0) return "0";
  if (ms < second) return `${ms} ms`;
  if (ms < 2 * minute) return `${short(ms / second)} s`;
  if (ms < 2 * hour) return `${short(ms / minute)} m`;
  return ms < 2 * day ? `${short(ms / hour)} h` : `${short(ms / day)} d`;
}

function short(value: number): string {
  return String(Number(value.toFixed(1)));
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const dayAndHour = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** As exact as what is shown needs. */
export function formatAxisTime(at: number, spanMs: number): string {
  if (spanMs < day) return clock.format(at);
  return (spanMs < 4 * day ? dayAndHour : date).format(at);
}
