import type { ResourceCondition, ResourceKeep, ResourcePath, ResourceRef } from "../../core/resource-work.ts";
import type { ResourceDeclaration, ResourceValue } from "../declarations.ts";
import { refuseUnknown } from "../refuse-unknown.ts";

interface ResourceOptions {
  /**
   * The object as `kubectl create` takes it, without name and namespace: they are given. Any whole value in it may be
   * `ref.input("x")`, `ref.dimension("month")` or `ref.resource("name")`; nothing is ever written into a text.
   */
  readonly manifest: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels };
    readonly [field: string]: ResourceValue | undefined;
  };
  /** When the task has succeeded; of several, one is enough. */
  readonly succeeded: ResourceCondition | readonly ResourceCondition[];
  /** When it has failed; of several, one is enough. The attempt's error is what the object says of it. */
  readonly failed: ResourceCondition | readonly ResourceCondition[];
  /** Labels of the pods whose logs are the task's. If absent, those of a Job for a `batch/v1` Job, else none. */
  readonly pods?: Labels;
  /** Where in the object the value outputs stand: `{ rows: ["status", "rows"] }`. Read once it has succeeded. */
  readonly values?: Readonly<Record<string, ResourcePath>>;
  /** Whether it stays in the cluster: `never` if absent. One that is cancelled never stays. */
  readonly keep?: ResourceKeep;
}

type Labels = Readonly<Record<string, string | ResourceRef>>;

/**
 * Creates an object of a Kubernetes cluster, watches it until a condition says how it ended, follows the logs of its
 * pods, and deletes it. Its step runs on a platform bound by `kubernetes({ resources: ["batch/v1/Job"] })`.
 *
 *     kubernetesResource({
 *       manifest: { apiVersion: "batch/v1", kind: "Job", spec: { … } },
 *       succeeded: { condition: "Complete", is: "True" },
 *       failed: { condition: "Failed", is: "True" },
 *     })
 */
export function kubernetesResource(options: ResourceOptions): ResourceDeclaration {
  const known = ["manifest", "succeeded", "failed", "pods", "values", "keep"];
  refuseUnknown("STEP_INVALID", "kubernetesResource()", options, known);
  return Object.freeze({ kind: "work", type: "kubernetesResource", ...options });
}

/** The value of a reference as a text, for fields that take nothing else, such as those of environment variables. */
export function asText<Ref extends ResourceRef>(reference: Ref): Ref & { readonly as: "text" } {
  return Object.freeze({ ...reference, as: "text" });
}
