import type { Resources } from "../../core/plan.ts";
import { parseCpu, parseMemory } from "../../sdk/quantities.ts";
import type { ResourcesOption } from "../../sdk/declarations.ts";

export function planResources({ cpu = 1, memory, gpu }: ResourcesOption): Resources {
  if (gpu !== undefined && !(Number.isInteger(gpu) && gpu >= 0)) throw new Error(`gpu ${gpu} is no whole number`);
  return {
    cpu: parseCpu(cpu),
    ...(memory === undefined ? {} : { memoryBytes: parseMemory(memory) }),
    ...(gpu === undefined ? {} : { gpu }),
  };
}
