import type { KubeClient } from "./kube-client.ts";
import type { Pod } from "./pod.ts";
import { taskContainer } from "./pod-names.ts";
import type { Waiting } from "./pod-waiting.ts";

interface Event {
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
}

/** Reasons that a pod's status does not have. */
const reasons = ["FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox"];
/** What nobody but a person mends: a Secret, a ConfigMap or a key of one that is not there. */
const missing = /not found|references non-existent|does not exist/;

/** A node has it, and its container is not made: its status says no more than that, and only its events say why. */
export function isBeingMade({ spec, status }: Pod): boolean {
  const state = status?.containerStatuses?.find(({ name }) => name === taskContainer)?.state;
  const isUntold = state === undefined || (state.waiting?.reason ?? "ContainerCreating") === "ContainerCreating";
  return spec?.nodeName !== undefined && status?.phase === "Pending" && isUntold && state?.terminated === undefined;
}

/** What keeps its node from making the container, by the pod's last event of that kind; undefined where there is none, or we may not read it. */
export async function makingTrouble(client: KubeClient, { metadata }: Pod): Promise<Waiting | undefined> {
  const { uid, namespace = client.access.namespace } = metadata;
  const { status, body } = await client.request({
    method: "GET",
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`,
    query: { fieldSelector: `involvedObject.uid=${uid},type=Warning`, limit: 50 },
  });
  if (status !== 200) return undefined;
  const events = (body["items"] as readonly Event[]).filter(({ reason = "" }) => reasons.includes(reason));
  const last = events.toSorted((a, b) => (a.lastTimestamp ?? "").localeCompare(b.lastTimestamp ?? "")).at(-1);
  if (last === undefined) return undefined;
  const message = last.message ?? "";
  if (last.reason === "FailedCreatePodSandBox") return { hopeless: false, why: `its pod cannot be made: ${message}` };
  const hopeless = missing.test(message);
  const hint = hopeless ? "; is its name right, and is it in the namespace of the pods?" : "";
  return { hopeless, why: `its volumes cannot be mounted: ${message}${hint}` };
}
