export interface Tick {
  readonly at: number;
  readonly label: string;
  /** The day, where it is another than at the tick before. */
  readonly day?: string;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 28, 91, 364].map((count) => count * day),
];

/** The least step that leaves so many pixels between ticks. */
export function tickStep(span: number, pixels: number, apart: number): number {
  return steps.find((step) => (step / span) * pixels >= apart) ?? steps.at(-1)!;
}

/** Ticks at round times of a zone's clocks; also where those are set forward or back. */
export function clockTicks({ from, to, pixels, timeZone, apart = 84 }: ClockWish): Tick[] {
  const step = tickStep(to - from, pixels, apart);
  const clock = zoneClock(timeZone);
  const ticks: Tick[] = [];
  let lastDay = "";
  // Round by the zone's clocks: the local time is the time plus the zone's offset at that time.
  let local = Math.ceil((from + clock.offset(from)) / step) * step;
  for (; ; local += step) {
    const guess = local - clock.offset(from);
    const at = local - clock.offset(guess);
    if (at > to) return ticks;
    if (at < from || at <= (ticks.at(-1)?.at ?? -Infinity)) continue;
    const today = clock.day(at);
    ticks.push({
      at,
      label: step >= day ? today : clock.time(at, step),
      ...(today === lastDay || step >= day ? {} : { day: today }),
    });
    lastDay = today;
  }
}

interface ClockWish {
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
  readonly timeZone?: string | undefined;
  /** The least pixels between two ticks. */
  readonly apart?: number;
}

/** Ticks at round times since a start. */
export function elapsedTicks(start: number, from: number, to: number, pixels: number): number[] {
  const step = tickStep(to - from, pixels, 84);
  const ticks: number[] = [];
  for (let elapsed = Math.max(0, Math.ceil((from - start) / step) * step); start + elapsed <= to; elapsed += step) {
    ticks.push(start + elapsed);
  }
  return ticks;
}

function zoneClock(timeZone: string | undefined) {
  const zone = timeZone === undefined ? {} : { timeZone };
  const parts = new Intl.DateTimeFormat("en", {
    ...zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const days = new Intl.DateTimeFormat("en", { ...zone, day: "numeric", month: "short" });
  const numbers = (at: number) =>
    Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)])) as Record<
      string,
      number
    >;
  const two = (value: number) => `${value}`.padStart(2, "0");
  return {
    offset: (at: number) => {
      const { year, month, day: date, hour: hours, minute: minutes, second: seconds } = numbers(at);
      return Date.UTC(year!, month! - 1, date, hours, minutes, seconds) - Math.floor(at / second) * second;
    },
    day: (at: number) => days.format(at),
    time: (at: number, step: number) => {
      const { hour: hours, minute: minutes, second: seconds } = numbers(at);
      const short = `${two(hours!)}:${two(minutes!)}`;
      if (step >= minute) return short;
      const long = `${short}:${two(seconds!)}`;
      return step >= second ? long : `${long}.${`${((at % second) + second) % second}`.padStart(3, "0")}`;
    },
  };
}
