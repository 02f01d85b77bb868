import type { Binding } from "../../core/profile.ts";
import { formatBytes } from "../../core/units.ts";
import type { Machine } from "../../platforms/local/machine.ts";
import { brokenPromise } from "./bound.ts";
import { type Finding, ok } from "./finding.ts";

/** Whether the machine has what the profile promises of it. */
export function checkLocal(
  what: string,
  { cpus, memoryBytes, slots }: Extract<Binding, { type: "local" }>,
  machine: Pick<Machine, "cpus" | "memoryBytes">,
): Finding {
  const broken = brokenPromise(what, { cpus, memoryBytes }, { ...machine, name: "the machine" });
  if (broken !== undefined) return broken;
  const promised = [
    ...(cpus === undefined ? [] : [`${cpus} CPUs`]),
    ...(memoryBytes === undefined ? [] : [formatBytes(memoryBytes)]),
    ...(slots === undefined ? [] : [`${slots} tasks at once`]),
  ];
  return ok(what, ["this machine", ...promised].join(", "));
}
