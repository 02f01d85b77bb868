import { parseAttemptId } from "../../core/ids.ts";
import { defined } from "../../core/defined.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Resources } from "../../core/plan.ts";
import type { AttemptSpec } from "../platform.ts";
import type { Pod } from "./pod.ts";
import { attemptLabel, finalizer, managedBy, podName, runLabel, taskContainer } from "./pod-names.ts";
import type { PodOverrides } from "./pod-overrides.ts";

/** Where and how the pods of a platform run. */
export interface Placement {
  readonly namespace: string;
  readonly graceMs: number;
  readonly serviceAccount?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly JsonObject[];
  readonly priorityClass?: string;
  readonly imagePullSecrets?: readonly string[];
  /** What a pod may write beside its volumes; the kubelet ends one that writes more. */
  readonly ephemeralStorageBytes?: number;
  readonly overrides?: PodOverrides;
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
const scratchVolume = "flotilla-scratch";
/** The one place in a pod that is certain to be writable for whoever the task runs as. */
export const scratchPath = "/flotilla";

/**
 * The pod of an attempt. Admitted at the *restricted* level of Pod Security; it cannot ask the cluster anything; its memory
 * is promised in full, so that a neighbour's hunger never costs it its life; it is never restarted, which is the engine's
 * to decide; and an autoscaler does not move it.
 */
export function makePod(spec: AttemptSpec, { image, command, env }: PodCommand, placement: Placement): Pod {
  const { overrides = {}, nodeSelector, tolerations, priorityClass, imagePullSecrets, serviceAccount } = placement;
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
        "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
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
        affinity: overrides.affinity,
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
      volumes: [{ name: scratchVolume, emptyDir: {} }, ...(overrides.volumes ?? [])],
      containers: [
        {
          name: taskContainer,
          image,
          ...defined({ command }),
          env: [...Object.entries(env).map(([name, value]) => ({ name, value })), ...(overrides.env ?? [])],
          resources: resourcesOf(spec.resources, placement.ephemeralStorageBytes),
          volumeMounts: [{ name: scratchVolume, mountPath: scratchPath }, ...(overrides.volumeMounts ?? [])],
          workingDir: scratchPath,
          securityContext: { allowPrivilegeEscalation: false, privileged: false, capabilities: { drop: ["ALL"] } },
          terminationMessagePolicy: "FallbackToLogsOnError",
        },
      ],
    },
  };
}

/** The processor is shared: what nobody else wants of it, a task may have. Memory and disk are not. */
function resourcesOf(
  { cpu, memoryBytes, gpu }: Resources,
  ephemeralStorageBytes: number | undefined,
): { requests: Record<string, string>; limits: Record<string, string> } {
  const both: Record<string, string> = {};
  if (memoryBytes !== undefined) both["memory"] = String(Math.ceil(memoryBytes));
  if (ephemeralStorageBytes !== undefined) both["ephemeral-storage"] = String(Math.ceil(ephemeralStorageBytes));
  if (gpu !== undefined && gpu > 0) both["nvidia.com/gpu"] = String(gpu);
  return { requests: { cpu: `${Math.round(cpu * 1000)}m`, ...both }, limits: both };
}
