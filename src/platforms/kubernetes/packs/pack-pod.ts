import type { PackLimits } from "../../../core/plan.ts";
import type { AttemptSpec } from "../../platform.ts";
import type { Pod } from "../pod.ts";
import { attemptLabel, managedBy, runLabel } from "../pod-names.ts";
import { makePod, type Placement, type PodCommand } from "../pod-spec.ts";

/** On the pod of a pack: the kind of attempts that it is for. */
const kindLabel = "flotilla.dev/pack";
/** On the pod of a pack: how long it goes on, for the process that comes after us. */
const limitsAnnotation = "flotilla.dev/pack-limits";

/** What the pod needs for itself: its runner, and a server with what tasks have imported that they share. */
const ownMemoryBytes = 128 * 2 ** 20;

/** What a pack is for, if the pod is that of one of ours. */
export function packOf({ metadata }: Pod): { readonly kind: string; readonly limits: PackLimits } | undefined {
  const kind = metadata.labels?.[kindLabel];
  if (kind === undefined || metadata.labels?.[managedBy.name] !== managedBy.value) return undefined;
  const [upTo = 1, atMostMs = 0, idleMs = 0] = (metadata.annotations?.[limitsAnnotation] ?? "").split(" ").map(Number);
  return { kind, limits: { upTo, atMostMs, idleMs } };
}

export function packName(kind: string, random: string): string {
  return `pack-${kind}-${random}`;
}

/** As the pod of one of its attempts would be, with room for what carries them out. */
export function makePackPod(
  { name, kind, sample }: { readonly name: string; readonly kind: string; readonly sample: AttemptSpec },
  command: PodCommand,
  placement: Placement,
): Pod {
  const { resources, pack } = sample;
  const { memoryBytes } = resources;
  const roomy = memoryBytes === undefined ? resources : { ...resources, memoryBytes: memoryBytes + ownMemoryBytes };
  const pod = makePod({ ...sample, resources: roomy }, command, placement);
  const { [attemptLabel]: _attempt, [runLabel]: _run, ...labels } = pod.metadata.labels ?? {};
  const { "flotilla.dev/task": _task, ...annotations } = pod.metadata.annotations ?? {};
  const { upTo, atMostMs, idleMs } = pack!;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      name,
      labels: { ...labels, [kindLabel]: kind },
      annotations: {
        ...annotations,
        "flotilla.dev/step": sample.step,
        [limitsAnnotation]: [upTo, atMostMs, idleMs].join(" "),
      },
    },
  };
}
