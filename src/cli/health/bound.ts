import type { Binding, NamedProfile } from "../../core/profile.ts";
import { formatBytes } from "../../core/units.ts";
import { type Finding, missing } from "./finding.ts";

/** A name of a profile, and what it is bound to. */
export interface Bound<Type extends Binding["type"]> {
  readonly profile: NamedProfile;
  readonly name: string;
  readonly binding: Extract<Binding, { type: Type }>;
  /** How tasks elsewhere reach us, if the command line says so. */
  readonly advertise: string | undefined;
}

export interface Size {
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** What a profile promises of a place that has less. */
export function brokenPromise(
  what: string,
  { cpus = 0, memoryBytes = 0 }: { readonly [Name in keyof Size]?: Size[Name] | undefined },
  there: Size & { readonly name: string },
): Finding | undefined {
  const [promised, has] =
    cpus > there.cpus
      ? [`${cpus} CPUs`, `${there.cpus}`]
      : memoryBytes > there.memoryBytes
        ? [`${formatBytes(memoryBytes)} of memory`, formatBytes(there.memoryBytes)]
        : [];
  if (promised === undefined) return undefined;
  return missing(what, `promises ${promised}, and ${there.name} has ${has}`, "promise at most what there is");
}
