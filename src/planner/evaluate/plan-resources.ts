import type { Resources } from "../../core/plan.ts";
import { parseCpu, parseMemory } from "../../sdk/quantities.ts";
import type { ResourcesOption } from "../../sdk/declarations.ts";
import { refuseUnknown } from "../../sdk/refuse-unknown.ts";

export function planResources(option: ResourcesOption): Resources {
  refuseUnknown("STEP_INVALID", "resources", option, ["cpu", "memory", "disk", "gpu"]);
  const { cpu = 1, memory, disk, gpu } = option;
  if (gpu !== undefined && !(Number.isInteger(gpu) && gpu >= 0)) throw new Error(`gpu ${gpu} is no whole number`);
  return {
    cpu: parseCpu(cpu),
    ...(memory === undefined ? {} : { memoryBytes: parseMemory(memory) }),
    ...(disk === undefined ? {} : { diskBytes: parseMemory(disk) }),
    ...(gpu === undefined ? {} : { gpu }),
  };
}
