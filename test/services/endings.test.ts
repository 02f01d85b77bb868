import { describe, expect, it } from "vitest";
import { classify } from "../../src/core/classify.ts";
import type { Evidence } from "../../src/core/evidence.ts";
import type { RetryClass } from "../../src/core/retry-class.ts";
import {
  wordlessEvidence,
  withContainer,
  type EndContext as ContainerEnd,
} from "../../src/platforms/docker/container-evidence.ts";
import { goneEvidence, podEvidence } from "../../src/platforms/kubernetes/pod-evidence.ts";
import type { EndContext } from "../../src/platforms/kubernetes/pod-evidence.ts";
import type { Pod, PodStatus } from "../../src/platforms/kubernetes/pod.ts";
import { creationWaiting, podWaiting } from "../../src/platforms/kubernetes/pod-waiting.ts";
import { endingInWords } from "../../src/server/tasks/ending-in-words.ts";

function pod(status: PodStatus, { node = "node-1", deleted = false } = {}): Pod {
  return {
    metadata: { name: "r00abc0000000-2-417-1", ...(deleted ? { deletionTimestamp: "2026-01-01T00:00:10Z" } : {}) },
    spec: {
      ...(node === "" ? {} : { nodeName: node }),
      containers: [{ name: "task", image: "team/train:1", resources: { limits: { memory: "536870912" } } }],
    },
    status,
  };
}
const ended = (exitCode: number, reason = exitCode === 0 ? "Completed" : "Error", message?: string): PodStatus => ({
  phase: exitCode === 0 ? "Succeeded" : "Failed",
  containerStatuses: [
    { name: "task", state: { terminated: { exitCode, reason, ...(message === undefined ? {} : { message }) } } },
  ],
});
const hit = (reason: string, message: string): PodStatus => ({
  ...ended(137),
  conditions: [{ type: "DisruptionTarget", status: "True", reason, message }],
});
const waits = (reason: string, message: string): Pod =>
  pod({ phase: "Pending", containerStatuses: [{ name: "task", state: { waiting: { reason, message } } }] });
const threw: Evidence = { completed: false, exitCode: 1, error: { type: "ValueError", message: "no good" } };
const given = (waiting: ReturnType<typeof podWaiting>): Evidence =>
  waiting!.hopeless
    ? { completed: false, config: { code: "TASK_CONFIG", message: waiting!.why } }
    : { completed: false, noRoom: waiting!.why };
const refused = (status: number, message: string): Evidence => given(creationWaiting({ status, body: { message } }));
const unscheduled = (message: string): Pod =>
  pod(
    { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }] },
    { node: "" },
  );
const box = (more: Partial<ContainerEnd> = {}, exitCode = 137, outOfMemory = false): ContainerEnd => ({
  container: { id: "c", image: "sha256:ab", attempt: "a", status: "exited", exitCode, outOfMemory },
  image: "python:3.12",
  pinnedImage: "python@sha256:ab",
  host: "unix:///var/run/docker.sock",
  limitBytes: 2 ** 29,
  cancelled: undefined,
  wasClaimed: true,
  lastWords: "",
  ...more,
});

const told = (p: Pod, c: EndContext = {}): Evidence => podEvidence(p, c);
/** What is on record, its class, and what a person reads of it in `flotilla show` and in the dashboard: all of it. */
const rows: [string, Evidence, RetryClass, string][] = [
  [
    "the memory limit, as the runtime saw it",
    told(pod(ended(137, "OOMKilled")), { handedIn: { completed: false, signal: "SIGKILL", peakMemoryBytes: 2 ** 29 } }),
    "out_of_memory",
    "out of memory (limit 512 MiB, peak 512 MiB) (on node node-1): ask for more memory in `resources`, or let it grow with `retry.outOfMemory.upTo`",
  ],
  [
    "the memory limit of a child, as the runner's counter saw it",
    told(pod(ended(1)), {
      handedIn: { ...threw, outOfMemory: { seenBy: "cgroup", limitBytes: 2 ** 29 }, peakMemoryBytes: 5e8 },
    }),
    "out_of_memory",
    "out of memory (limit 512 MiB, peak 477 MiB) (on node node-1): ask for more memory in `resources`, or let it grow with `retry.outOfMemory.upTo`",
  ],
  [
    "preemption",
    told(
      pod(hit("PreemptionByScheduler", "default-scheduler: preempting to accommodate a higher priority pod"), {
        deleted: true,
      }),
    ),
    "disrupted",
    "it was preempted by a pod of higher priority (on node node-1): default-scheduler: preempting to accommodate a higher priority pod: not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "a node that is drained",
    told(pod(hit("EvictionByEvictionAPI", "Eviction API: evicting"), { deleted: true })),
    "disrupted",
    "its node was drained (on node node-1): Eviction API: evicting: not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "a node that is tainted",
    told(pod(hit("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint"), { deleted: true })),
    "disrupted",
    "its node was tainted (on node node-1): Taint manager: deleting due to NoExecute taint: not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "a node that is gone",
    told(pod({ phase: "Failed", conditions: hit("DeletionByPodGC", "PodGC: node no longer exists").conditions! })),
    "disrupted",
    "its node is gone (on node node-1): PodGC: node no longer exists: not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "a node that runs short",
    told(
      pod({
        phase: "Failed",
        reason: "Evicted",
        message: "The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi. ",
      }),
    ),
    "disrupted",
    "the node ran short and evicted it (on node node-1): The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi: not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "the limit of what it may write",
    told(
      pod({
        phase: "Failed",
        reason: "Evicted",
        message: "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ",
      }),
    ),
    "disk",
    "it wrote more than it may (on node node-1): Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ask for more `disk` in `resources`, or let it grow with `retry.disk.upTo`",
  ],
  [
    "exit code 0 and no marker",
    told(pod(ended(0))),
    "disrupted",
    "it ended with exit code 0 and handed nothing in (on node node-1), as when a node shuts down: not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "a node that does not admit it",
    told(
      pod({ phase: "Failed", reason: "OutOfcpu", message: "Pod was rejected: Node didn't have enough resource: cpu" }),
    ),
    "never_started",
    "the node node-1 did not admit it: OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu: its code never ran; it is tried again by itself",
  ],
  [
    "a pod that somebody deletes",
    told(pod(ended(137), { deleted: true })),
    "disrupted",
    "its pod was deleted by somebody (on node node-1): not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "a pod that somebody deletes by force",
    goneEvidence(pod({ phase: "Running" }), {}),
    "disrupted",
    "its pod was deleted by somebody, by force (on node node-1): not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "a runner that fell silent",
    told(pod(ended(143), { deleted: true }), {
      silence: "nothing was heard of it for 10 min 0 s, the most that its platform lets it be idle",
    }),
    "disrupted",
    "nothing was heard of it for 10 min 0 s, the most that its platform lets it be idle (on node node-1): not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "an image that is not there",
    given(
      podWaiting(
        waits(
          "ErrImagePull",
          'failed to resolve reference "docker.io/team/train:1": docker.io/team/train:1: not found',
        ),
      ),
    ),
    "config",
    "the image team/train:1 cannot be pulled: docker.io/team/train:1: not found; is its name right, and has the profile imagePullSecrets for a private registry?: it can never start as it is described; mend the pipeline or the environment, then restart it",
  ],
  [
    "an image that is not for us",
    given(
      podWaiting(
        waits(
          "ErrImagePull",
          "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
        ),
      ),
    ),
    "config",
    "the image team/train:1 cannot be pulled: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed; is its name right, and has the profile imagePullSecrets for a private registry?: it can never start as it is described; mend the pipeline or the environment, then restart it",
  ],
  [
    "an image for other machines",
    given(podWaiting(waits("ErrImagePull", "no match for platform in manifest: not found"))),
    "config",
    "the image team/train:1 cannot be pulled: no match for platform in manifest: not found; it is made for other processors than its node has: it can never start as it is described; mend the pipeline or the environment, then restart it",
  ],
  [
    "a registry that is down",
    given(podWaiting(waits("ImagePullBackOff", "dial tcp 10.0.0.1:443: connect: connection refused"))),
    "capacity",
    "the image team/train:1 cannot be pulled: dial tcp 10.0.0.1:443: connect: connection refused: that is what it waited for when its time to begin was up; restart it when that has changed",
  ],
  [
    "a registry that has had enough of us",
    given(
      podWaiting(
        waits("ErrImagePull", "429 Too Many Requests - toomanyrequests: You have reached your pull rate limit"),
      ),
    ),
    "capacity",
    "the image team/train:1 cannot be pulled: 429 Too Many Requests - toomanyrequests: You have reached your pull rate limit: that is what it waited for when its time to begin was up; restart it when that has changed",
  ],
  [
    "an image without Python",
    told(
      pod(
        ended(
          128,
          "StartError",
          'failed to create containerd task: exec: "python3": executable file not found in $PATH: unknown',
        ),
      ),
    ),
    "config",
    "the image team/train:1 has no python3; steps need Python 3.9 or newer in their image (on node node-1): it can never start as it is described; mend the pipeline or the environment, then restart it",
  ],
  [
    "an image whose user may be root",
    given(
      podWaiting(
        waits("CreateContainerConfigError", "container has runAsNonRoot and image has non-numeric user (app)"),
      ),
    ),
    "config",
    "its container may not run as root: container has runAsNonRoot and image has non-numeric user (app); set securityContext.runAsUser in the overrides: it can never start as it is described; mend the pipeline or the environment, then restart it",
  ],
  [
    "cards that no node has",
    given(podWaiting(unscheduled("0/12 nodes are available: 12 Insufficient nvidia.com/gpu."))),
    "capacity",
    "no node has room: 0/12 nodes are available: 12 Insufficient nvidia.com/gpu: that is what it waited for when its time to begin was up; restart it when that has changed",
  ],
  [
    "a claim that is not there",
    given(podWaiting(unscheduled('0/1 nodes are available: persistentvolumeclaim "data" not found.'))),
    "config",
    'a volume that it asks for is not in the namespace of its pods: 0/1 nodes are available: persistentvolumeclaim "data" not found: it can never start as it is described; mend the pipeline or the environment, then restart it',
  ],
  [
    "a quota that is used up",
    refused(403, 'pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=4, limited: pods=4'),
    "capacity",
    "the quota of its namespace is used up: exceeded quota: q, requested: pods=1, used: pods=4, limited: pods=4: that is what it waited for when its time to begin was up; restart it when that has changed",
  ],
  [
    "a quota of nothing",
    refused(403, 'pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0'),
    "config",
    "it asks for more than the quota of its namespace is in all: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0: it can never start as it is described; mend the pipeline or the environment, then restart it",
  ],
  [
    "what we may not do",
    refused(403, 'pods is forbidden: User "x" cannot create resource "pods" in API group "" in the namespace "y"'),
    "config",
    'the cluster does not let us create it: pods is forbidden: User "x" cannot create resource "pods" in API group "" in the namespace "y"; deploy/kubernetes/role.yaml has all that the engine must be allowed: it can never start as it is described; mend the pipeline or the environment, then restart it',
  ],
  [
    "what the namespace does not admit",
    refused(403, 'pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged'),
    "config",
    'its namespace does not admit it: pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged: it can never start as it is described; mend the pipeline or the environment, then restart it',
  ],
  [
    "a namespace that is not there",
    refused(404, 'namespaces "y" not found'),
    "config",
    'its namespace does not exist: namespaces "y" not found; make it, or name another in the profile: it can never start as it is described; mend the pipeline or the environment, then restart it',
  ],
  [
    "a pod that cannot be",
    refused(422, 'Pod "x" is invalid: spec.nodeSelector: Invalid value'),
    "config",
    'the cluster refuses its pod: Pod "x" is invalid: spec.nodeSelector: Invalid value: it can never start as it is described; mend the pipeline or the environment, then restart it',
  ],
  [
    "the deadline of its pod",
    told(pod({ ...ended(137), reason: "DeadlineExceeded", message: "Pod was active" })),
    "timeout",
    "ran longer than its time limit (on node node-1): raise the step's `timeout`, or look in the log for what takes so long",
  ],
  [
    "the time limit of its step",
    { ...told(pod(ended(143), { deleted: true }), { endedByUs: "timeout" }), timeLimitMs: 600_000 },
    "timeout",
    "ran longer than its time limit (10 min 0 s) (on node node-1): raise the step's `timeout`, or look in the log for what takes so long",
  ],
  [
    "an exit code of its own",
    told(pod(ended(3))),
    "user",
    "ended with exit code 3 (on node node-1): the task's own code failed; its log says more, and a restart runs it with the code as it is then",
  ],
  [
    "an exception",
    told(pod(ended(1)), { handedIn: threw }),
    "user",
    "ValueError: no good (on node node-1): the task's own code failed; its log says more, and a restart runs it with the code as it is then",
  ],
  [
    "a kill by nobody knows whom",
    told(pod(ended(137))),
    "disrupted",
    "ended by SIGKILL (on node node-1): not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "a node that does not answer",
    { completed: false, unreachable: "its node node-1 does not answer" },
    "lost",
    "its node node-1 does not answer: what became of it cannot be known from here; restart it when it is sure to be over",
  ],
  [
    "Docker's flag beside a record",
    withContainer({ completed: false, exitCode: 1, peakMemoryBytes: 5e8, host: "unix:///x" }, box({}, 1, true)),
    "out_of_memory",
    "out of memory (limit 512 MiB, peak 477 MiB): ask for more memory in `resources`, or let it grow with `retry.outOfMemory.upTo`",
  ],
  [
    "Docker's flag and no record",
    wordlessEvidence(box({}, 137, true)),
    "out_of_memory",
    "out of memory (limit 512 MiB): ask for more memory in `resources`, or let it grow with `retry.outOfMemory.upTo`",
  ],
  [
    "a container that somebody kills",
    wordlessEvidence(box()),
    "disrupted",
    "its container was ended by somebody (exit code 137): not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "an engine that went away",
    wordlessEvidence(box({}, 255)),
    "disrupted",
    "its Docker engine went away while it ran, and its end was not seen (exit code 255): not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "a container that somebody removes",
    wordlessEvidence(box({ container: undefined })),
    "disrupted",
    "its container was removed by somebody: not its own fault; it is begun anew by itself, which uses up none of its retries",
  ],
  [
    "one that is removed before it begins",
    wordlessEvidence(box({ container: undefined, wasClaimed: false })),
    "never_started",
    "its container was removed before it began: its code never ran; it is tried again by itself",
  ],
  [
    "a container without Python",
    wordlessEvidence(box({ wasClaimed: false, lastWords: "No module named flotilla_runner" }, 1)),
    "config",
    "the image python:3.12 does not run the Flotilla runner, which needs Python 3.9 or newer (exit code 1): No module named flotilla_runner: it can never start as it is described; mend the pipeline or the environment, then restart it",
  ],
  [
    "secrets that did not come",
    wordlessEvidence(box({ wasClaimed: false }, 75)),
    "never_started",
    "the engine went away before it had given it its secrets: its code never ran; it is tried again by itself",
  ],
];

describe("what a person reads of an attempt in a pod or a container that ended by", () => {
  it.each(rows)("%s", (_title, evidence, retryClass, words) => {
    expect(classify(evidence)).toEqual({ type: "failed", class: retryClass });
    const node = evidence.host?.startsWith("unix:") === true ? undefined : evidence.host;
    expect(endingInWords(evidence, retryClass, node)).toBe(words);
  });
});
