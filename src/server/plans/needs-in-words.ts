import type { PlanStep } from "../../core/plan.ts";
import { formatBytes } from "../../core/units.ts";

/** What the tasks of a step ask for: `1 CPU, 512 MiB – 1 GiB, 2 of gpu`. Names of pools stand in it as they are. */
export function needsInWords({ resources, work, pools }: PlanStep): string {
  const held = Object.entries(pools).map(([pool, units]) => `${units} of ${pool}`);
  // What a resource of a cluster asks for stands in its manifest, wherever its kind has it.
  if (work.type === "noop" || work.type === "kubernetesResource") return held.join(", ") || "–";
  const all = "all" in resources ? [resources.all] : resources.values;
  const memory = all.flatMap(({ memoryBytes }) => memoryBytes ?? []);
  const disk = all.flatMap(({ diskBytes }) => diskBytes ?? []);
  const gpus = all.map(({ gpu = 0 }) => gpu);
  const parts = [
    `${range(
      all.map(({ cpu }) => cpu),
      String,
    )} CPU`,
    ...(memory.length === 0 ? [] : [range(memory, formatBytes)]),
    ...(disk.length === 0 ? [] : [`${range(disk, formatBytes)} disk`]),
    ...(gpus.some((gpu) => gpu > 0) ? [`${range(gpus, String)} GPU`] : []),
    ...held,
  ];
  return parts.join(", ");
}

function range(values: readonly number[], show: (value: number) => string): string {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  return least === most ? show(least) : `${show(least)} – ${show(most)}`;
}
