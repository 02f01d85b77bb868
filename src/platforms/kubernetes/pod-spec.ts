import { parseAttemptId } from "../../core/ids.ts";
import { FlotillaError } from "../../core/errors.ts";
import { defined } from "../../core/defined.ts";
import type { Resources } from "../../core/plan.ts";
import { mergePodOptions, type PodOptions, podOptionsFault } from "../../core/pod-options.ts";
import type { SecretRef, SecretRefs } from "../../core/secret-ref.ts";
import type { AttemptSpec } from "../platform.ts";
import type { Pod } from "./pod.ts";
import { attemptLabel, finalizer, managedBy, podName, runLabel, taskContainer } from "./pod-names.ts";
import { environmentOf, literally } from "./pod-environment.ts";
import { scratchPath, volumesOf } from "./pod-volumes.ts";

/** Where and how the pods of a platform run. A step's own options come on top. */
export interface Placement extends PodOptions {
  readonly namespace: string;
  readonly graceMs: number;
  readonly serviceAccount?: string;
  readonly imagePullSecrets?: readonly string[];
  /** What a pod may write beside its volumes, where its step does not say; the kubelet ends one that writes more. */
  readonly ephemeralStorageBytes?: number;
  /** What cards are called there. */
  readonly gpuResource?: string;
  readonly env?: Readonly<Record<string, string | SecretRef>>;
  /** What all tasks are given; a step's own come beside them. */
  readonly secrets?: SecretRefs;
}

/** What the container of an attempt is begun with. */
export interface PodCommand {
  readonly image: string;
  /** Absent: the image's own entry point. */
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Whatever user an image names, it must not be root: a number that means nobody in particular. */
const nobodyInParticular = 1000;
const usualGpu = "nvidia.com/gpu";

/**
 * The pod of an attempt. Admitted at the *restricted* level of Pod Security; it cannot ask the cluster anything; its memory
 * is promised in full, so that a neighbour's hunger never costs it its life; it is never restarted, which is the engine's
 * to decide; and an autoscaler does not move it.
 */
export function makePod(spec: AttemptSpec, { image, command, env }: PodCommand, placement: Placement): Pod {
  const { imagePullSecrets, serviceAccount } = placement;
  const options = mergePodOptions(placement, spec.kubernetes);
  const { nodeSelector, tolerations, priorityClass, affinity, safeToEvict = false, overrides = {} } = options;
  const secrets = { ...placement.secrets, ...spec.secrets };
  const { volumes, volumeMounts } = volumesOf(options.volumes, secrets);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: podName(spec.id),
      namespace: placement.namespace,
      labels: {
        ...overrides.labels,
        [managedBy.name]: managedBy.value,
        [attemptLabel]: spec.id,
        [runLabel]: parseAttemptId(spec.id)?.run ?? "",
      },
      annotations: {
        "cluster-autoscaler.kubernetes.io/safe-to-evict": String(safeToEvict),
        ...overrides.annotations,
        "flotilla.dev/pipeline": spec.pipeline,
        "flotilla.dev/task": spec.task,
      },
      finalizers: [finalizer],
    },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: Math.max(1, Math.ceil(placement.graceMs / 1000)),
      ...defined({
        serviceAccountName: serviceAccount,
        nodeSelector,
        tolerations,
        priorityClassName: priorityClass,
        imagePullSecrets: imagePullSecrets?.map((name) => ({ name })),
        affinity: affinity ?? overrides.affinity,
        topologySpreadConstraints: overrides.topologySpreadConstraints,
        runtimeClassName: overrides.runtimeClassName,
        schedulerName: overrides.schedulerName,
        dnsConfig: overrides.dnsConfig,
      }),
      securityContext: {
        runAsUser: nobodyInParticular,
        runAsGroup: nobodyInParticular,
        fsGroup: nobodyInParticular,
        ...overrides.securityContext,
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      },
      volumes: [...volumes, ...(overrides.volumes ?? [])],
      containers: [
        {
          name: taskContainer,
          image,
          ...defined({ command }),
          env: [
            ...environmentOf({ ...literally(placement.env), ...env }, Object.keys(secrets)),
            ...(overrides.env ?? []),
          ],
          resources: resourcesOf(spec.resources, placement),
          volumeMounts: [...volumeMounts, ...(overrides.volumeMounts ?? [])],
          workingDir: scratchPath,
          securityContext: { allowPrivilegeEscalation: false, privileged: false, capabilities: { drop: ["ALL"] } },
          terminationMessagePolicy: "FallbackToLogsOnError",
        },
      ],
    },
  };
}

/**
 * What a step and its platform say of a pod may have come past the planner.
 * @throws FlotillaError `TASK_CONFIG` for what is not allowed, or does not go together
 */
export function checkPodOptions({ kubernetes }: AttemptSpec, placement: Placement): void {
  const fault = podOptionsFault(mergePodOptions(placement, kubernetes));
  if (fault !== undefined) throw new FlotillaError("TASK_CONFIG", fault);
}

/** The processor is shared: what nobody else wants of it, a task may have. Memory and disk are not. */
function resourcesOf(
  { cpu, memoryBytes, diskBytes, gpu }: Resources,
  { ephemeralStorageBytes, gpuResource = usualGpu }: Placement,
): { requests: Record<string, string>; limits: Record<string, string> } {
  const both: Record<string, string> = {};
  const disk = diskBytes ?? ephemeralStorageBytes;
  if (memoryBytes !== undefined) both["memory"] = String(Math.ceil(memoryBytes));
  if (disk !== undefined) both["ephemeral-storage"] = String(Math.ceil(disk));
  if (gpu !== undefined && gpu > 0) both[gpuResource] = String(gpu);
  return { requests: { cpu: `${Math.round(cpu * 1000)}m`, ...both }, limits: both };
}
