import { formatDuration } from "../../core/units.ts";

/** A duration to be read in passing: from 10 s on in whole seconds, from 10 minutes on in whole minutes. */
export function roughDuration(milliseconds: number): string {
  const unit = milliseconds >= 600_000 ? 60_000 : milliseconds >= 10_000 ? 1000 : 1;
  const text = formatDuration(Math.round(milliseconds / unit) * unit);
  return unit === 60_000 ? text.replace(/ 0 s$/, "") : text;
}

/** `14:05`, by the clock on the wall. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
