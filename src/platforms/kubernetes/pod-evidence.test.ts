import { describe, expect, it } from "vitest";
import { classify } from "../../core/classify.ts";
import type { Evidence } from "../../core/evidence.ts";
import { describeFailure } from "../../core/failure-cause.ts";
import { goneEvidence, isOver, podEvidence, podStartedAt } from "./pod-evidence.ts";
import type { EndContext } from "./pod-evidence.ts";
import type { Pod, PodStatus } from "./pod.ts";

/** The pod of a container step, whose task's container ended so; `carry` beside it in whatever state. */
function carried(pod: Pod, initContainerStatuses: PodStatus["initContainerStatuses"] = []): Pod {
  const helper = (name: string) => ({ name, image: "python:3.12" });
  const containers = [...pod.spec!.containers, helper("carry")];
  return {
    ...pod,
    spec: { ...pod.spec, initContainers: [helper("fetch")], containers },
    status: { ...pod.status, initContainerStatuses },
  };
}
const fetchEnded = (exitCode: number, reason: string, message: string): PodStatus["initContainerStatuses"] => [
  { name: "fetch", state: { terminated: { exitCode, reason, message } } },
];
const notBegun: PodStatus = {
  phase: "Failed",
  containerStatuses: [{ name: "task", state: { waiting: { reason: "PodInitializing" } } }],
};

interface Parts {
  readonly node?: string;
  readonly deleted?: boolean;
}

/** A pod of ours as an API server of 1.34 tells it, with this status. */
function podWith(status: PodStatus, { node = "node-1", deleted = false }: Parts = {}): Pod {
  return {
    metadata: { name: "r00abc0000000-2-417-1", ...(deleted ? { deletionTimestamp: "2026-01-01T00:00:10Z" } : {}) },
    spec: {
      ...(node === "" ? {} : { nodeName: node }),
      containers: [{ name: "task", image: "team/train:1", resources: { limits: { memory: "33554432" } } }],
    },
    status,
  };
}

const ended = (exitCode: number, reason = exitCode === 0 ? "Completed" : "Error", message?: string): PodStatus => ({
  phase: exitCode === 0 ? "Succeeded" : "Failed",
  containerStatuses: [
    {
      name: "task",
      state: {
        terminated: {
          exitCode,
          reason,
          ...(message === undefined ? {} : { message }),
          startedAt: "2026-01-01T00:00:00Z",
          finishedAt: "2026-01-01T00:00:05Z",
        },
      },
    },
  ],
});
const disrupted = (reason: string, message: string): Pick<PodStatus, "conditions"> => ({
  conditions: [{ type: "DisruptionTarget", status: "True", reason, message }],
});

const done: Evidence = { completed: true, exitCode: 0 };
const threw: Evidence = { completed: false, exitCode: 1, error: { type: "ValueError", message: "no good" } };
const asked: Evidence = { ...threw, gone: "its supervisor was asked to end by somebody else" };

/** Pod, what was handed in, class, and what a person reads. Rows as in the taxonomy of failures. */
const table: [string, Pod, EndContext, string, RegExp][] = [
  ["done, and the runner says so", podWith(ended(0)), { handedIn: done }, "succeeded", /./],
  ["the program's error", podWith(ended(1)), { handedIn: threw }, "user", /ValueError: no good/],
  [
    "a program for another kind of processor",
    podWith(ended(1, "Error", "exec /usr/bin/python3: exec format error\n")),
    {},
    "config",
    /the image team\/train:1 is made for another kind of processor than that of the node/,
  ],
  ["an exit code of its own, and nothing handed in", podWith(ended(3)), {}, "user", /exit code 3/],
  [
    "the memory limit, as the runtime saw it",
    podWith(ended(137, "OOMKilled")),
    {},
    "out_of_memory",
    /out of memory \(limit 32 MiB\)/,
  ],
  [
    "the memory limit of a child, as the runner's counter saw it",
    podWith(ended(1)),
    { handedIn: { ...threw, outOfMemory: { seenBy: "cgroup", limitBytes: 2 ** 25 }, peakMemoryBytes: 2 ** 25 } },
    "out_of_memory",
    /limit 32 MiB, peak 32 MiB/,
  ],
  [
    "preemption",
    podWith(
      {
        ...ended(137),
        ...disrupted("PreemptionByScheduler", "default-scheduler: preempting to accommodate a higher priority pod"),
      },
      { deleted: true },
    ),
    {},
    "disrupted",
    /preempted by a pod of higher priority \(on node node-1\)/,
  ],
  [
    "a drained node, whose task threw as it was asked to end",
    podWith({ ...ended(1), ...disrupted("EvictionByEvictionAPI", "Eviction API: evicting") }, { deleted: true }),
    { handedIn: asked },
    "disrupted",
    /its node was drained/,
  ],
  [
    "a tainted node",
    podWith({ ...ended(143), ...disrupted("DeletionByTaintManager", "Taint manager: deleting") }, { deleted: true }),
    {},
    "disrupted",
    /tainted/,
  ],
  [
    "a node that is gone, its pods collected",
    podWith({ phase: "Failed", ...disrupted("DeletionByPodGC", "PodGC: node no longer exists") }),
    {},
    "disrupted",
    /its node is gone/,
  ],
  [
    "a reason of the condition that nobody knows yet",
    podWith({ ...ended(137), ...disrupted("SomethingNew", "new") }, { deleted: true }),
    {},
    "disrupted",
    /SomethingNew/,
  ],
  [
    "a condition that went stale, and then the program's own error",
    podWith({ ...ended(1), ...disrupted("PreemptionByScheduler", "preempting") }),
    { handedIn: threw },
    "user",
    /ValueError/,
  ],
  [
    "work that was done before the node was drained",
    podWith({ ...ended(0), ...disrupted("EvictionByEvictionAPI", "evicting") }, { deleted: true }),
    { handedIn: done },
    "succeeded",
    /./,
  ],
  [
    "node pressure",
    podWith({
      phase: "Failed",
      reason: "Evicted",
      message: "The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi. ",
      containerStatuses: [{ name: "task", state: { terminated: { exitCode: 137, reason: "ContainerStatusUnknown" } } }],
    }),
    {},
    "disrupted",
    /ran short.*low on resource: memory/,
  ],
  [
    "the limit of what a pod may write",
    podWith({
      phase: "Failed",
      reason: "Evicted",
      message: "Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ",
    }),
    {},
    "disk",
    /wrote more than it may \(on node node-1\).*exceeds the total limit of containers 1Mi/,
  ],
  [
    "the limit of what its container may write",
    podWith({
      phase: "Failed",
      reason: "Evicted",
      message: 'Container task exceeded its local ephemeral storage limit "1Mi". ',
    }),
    {},
    "disk",
    /exceeded its local ephemeral storage limit/,
  ],
  [
    "the limit of a volume",
    podWith({
      phase: "Failed",
      reason: "Evicted",
      message: 'Usage of EmptyDir volume "flotilla-scratch" exceeds the limit "1Mi". ',
    }),
    {},
    "disk",
    /EmptyDir volume/,
  ],
  [
    "exit code 0 without the marker: a node that shuts down gracefully",
    podWith(ended(0)),
    {},
    "disrupted",
    /handed nothing in \(on node node-1\), as when a node shuts down/,
  ],
  [
    "a node that shuts down",
    podWith({
      ...ended(143),
      reason: "Terminated",
      message: "Pod was terminated in response to imminent node shutdown.",
      ...disrupted("TerminationByKubelet", "Pod was terminated in response to imminent node shutdown."),
    }),
    {},
    "disrupted",
    /its node shut down/,
  ],
  [
    "a node that did not admit it",
    podWith({
      phase: "Failed",
      reason: "OutOfcpu",
      message: "Pod was rejected: Node didn't have enough resource: cpu",
    }),
    {},
    "never_started",
    /node node-1 did not admit it: OutOfcpu: Pod was rejected/,
  ],
  [
    "deleted by somebody while it ran",
    podWith(ended(137), { deleted: true }),
    {},
    "disrupted",
    /deleted by somebody \(on node node-1\)/,
  ],
  [
    "deleted by somebody, and its task threw as it was asked to end",
    podWith(ended(1), { deleted: true }),
    { handedIn: asked },
    "disrupted",
    /deleted by somebody/,
  ],
  ["deleted after it had failed", podWith(ended(1), { deleted: true }), { handedIn: threw }, "user", /ValueError/],
  [
    "deleted by somebody before it had a node",
    podWith({ phase: "Pending" }, { node: "", deleted: true }),
    {},
    "never_started",
    /deleted before it began/,
  ],
  ["killed from outside, and nobody knows by whom", podWith(ended(137)), {}, "disrupted", /ended by SIGKILL/],
  [
    "the deadline of its pod",
    podWith({ ...ended(137), reason: "DeadlineExceeded", message: "Pod was active on the node longer than" }),
    {},
    "timeout",
    /longer than its time limit/,
  ],
  ["ended by us", podWith(ended(137), { deleted: true }), { endedByUs: "cancel" }, "cancelled", /./],
  [
    "an image without Python",
    podWith(
      ended(
        128,
        "StartError",
        'failed to create containerd task: OCI runtime create failed: exec: "python3": executable file not found in $PATH: unknown',
      ),
    ),
    {},
    "config",
    /image team\/train:1 has no python3; steps need Python 3.9/,
  ],
  [
    "marked as done, and then killed for its memory",
    podWith(ended(137, "OOMKilled")),
    { handedIn: done },
    "out_of_memory",
    /out of memory/,
  ],
  ["a container step that is done", carried(podWith(ended(0))), { handedIn: done }, "succeeded", /./],
  [
    "a container step whose outputs are not as declared",
    carried(podWith(ended(0))),
    { handedIn: { completed: false, exitCode: 0, error: { type: "OUTPUT_MISSING", message: "no model" } } },
    "user",
    /no model/,
  ],
  [
    "a container step whose outputs nobody took",
    carried(podWith(ended(0))),
    {},
    "disrupted",
    /takes its outputs was ended before it had them \(on node node-1\)/,
  ],
  [
    "a container step that ended well after its pod was deleted",
    carried(podWith(ended(0), { deleted: true })),
    {},
    "disrupted",
    /its pod was deleted by somebody/,
  ],
  [
    "a container step that failed",
    carried(podWith(ended(3))),
    { handedIn: { completed: false, exitCode: 3 } },
    "user",
    /exit code 3/,
  ],
  [
    "an entry point that is not there",
    carried(podWith(ended(128, "StartError", 'exec: "/score": stat /score: no such file or directory'))),
    { handedIn: { completed: false, exitCode: 128 } },
    "config",
    /image team\/train:1 cannot be run: exec: "\/score"/,
  ],
  [
    "inputs that are not to be had",
    carried(podWith(notBegun), fetchEnded(1, "Error", "")),
    { handedIn: { completed: false, config: { code: "TASK_CONFIG", message: "the artifact is damaged" } } },
    "config",
    /the artifact is damaged/,
  ],
  [
    "a helper that ended without a word",
    carried(podWith(notBegun), fetchEnded(137, "OOMKilled", "killed")),
    {},
    "never_started",
    /what brings its inputs \(python:3\.12\) ended with exit code 137: killed/,
  ],
  [
    "a helper image without Python",
    carried(podWith(notBegun), fetchEnded(128, "StartError", 'exec: "python3": executable file not found in $PATH')),
    {},
    "config",
    /helper image python:3\.12 cannot be run; it needs Python 3\.9/,
  ],
  [
    "a container step that was deleted while its inputs came",
    carried(podWith(notBegun, { deleted: true }), fetchEnded(143, "Error", "")),
    {},
    "never_started",
    /deleted before it began/,
  ],
  ["marked as done, and then killed", podWith(ended(137)), { handedIn: done }, "disrupted", /SIGKILL/],
];

describe("a pod that is over", () => {
  it.each(table)("tells of %s", (_title, pod, context, verdict, words) => {
    expect(isOver(pod)).toBe(true);
    const evidence = podEvidence(pod, context);
    const judged = classify(evidence);
    expect(judged.type === "failed" ? judged.class : judged.type).toBe(verdict);
    if (judged.type === "failed") expect(describeFailure(judged.class, evidence)).toMatch(words);
  });

  it("tells when, where and how its container ended", () => {
    expect(podEvidence(podWith(ended(3)), {})).toEqual({
      completed: false,
      exitCode: 3,
      host: "node-1",
      startedAt: Date.parse("2026-01-01T00:00:00Z"),
      endedAt: Date.parse("2026-01-01T00:00:05Z"),
    });
  });

  it.each([
    ["team/train@sha256:ab", "team/train@sha256:ab"],
    ["docker-pullable://team/train@sha256:ab", "team/train@sha256:ab"],
    ["sha256:cd", "sha256:cd"],
    ["", undefined],
  ])("tells which image it ran in: %j", (imageID, image) => {
    const [status] = ended(3).containerStatuses!;
    const pod = podWith({ ...ended(3), containerStatuses: [{ ...status!, imageID }] });
    expect(podEvidence(pod, {}).image).toBe(image);
  });

  it("that nobody saw end was disrupted, unless it was ended by us", () => {
    const last = podWith({ phase: "Running" });
    expect(classify(goneEvidence(last, {}))).toEqual({ type: "failed", class: "disrupted" });
    expect(goneEvidence(last, {})).toMatchObject({ host: "node-1", gone: expect.stringContaining("by force") });
    expect(classify(goneEvidence(last, { endedByUs: "cancel" }))).toEqual({ type: "cancelled" });
  });
});

describe("a pod that is not over", () => {
  const running = { containerStatuses: [{ name: "task", state: { running: { startedAt: "2026-01-01T00:00:01Z" } } }] };

  it.each([
    ["runs", podWith({ phase: "Running", ...running })],
    ["waits", podWith({ phase: "Pending" }, { node: "" })],
    ["is being deleted on its node", podWith({ phase: "Running", ...running }, { deleted: true })],
    [
      "is on a node that does not answer",
      podWith({ phase: "Running", ...disrupted("DeletionByTaintManager", "x"), ...running }, { deleted: true }),
    ],
    [
      "is called Failed while its container still winds up",
      podWith({ phase: "Failed", reason: "Evicted", ...running }),
    ],
  ])("%s", (_title, pod) => {
    expect(isOver(pod)).toBe(false);
  });

  it("tells when its task began", () => {
    expect(podStartedAt(podWith({ phase: "Running", ...running }))).toBe(Date.parse("2026-01-01T00:00:01Z"));
    expect(podStartedAt(podWith({ phase: "Pending" }))).toBeUndefined();
    const never = { exitCode: 128, reason: "StartError", startedAt: "1970-01-01T00:00:00Z" };
    const status = { containerStatuses: [{ name: "task", state: { terminated: never } }] };
    expect(podStartedAt(podWith(status))).toBeUndefined();
  });
});
