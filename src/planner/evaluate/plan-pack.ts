import type { PackLimits } from "../../core/plan.ts";
import type { PackOption } from "../../sdk/declarations.ts";
import { parseDuration } from "../../sdk/quantities.ts";

const names = ["upTo", "atMost", "idle"];

/** Throws an Error that names the member at fault. */
export function planPack(option: PackOption): PackLimits {
  const unknown = Object.keys(option).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`pack has the member ${unknown}; there are ${names.join(", ")}`);
  const { upTo, atMost = "30m", idle = "10s" } = option;
  if (!Number.isInteger(upTo) || upTo < 1)
    throw new Error(`pack.upTo is ${String(upTo)}; write a whole number of tasks`);
  return { upTo, atMostMs: parseDuration(atMost), idleMs: parseDuration(idle) };
}
