import { describe, expect, it } from "vitest";
import type { Pod } from "./pod.ts";
import { creationWaiting, podWaiting } from "./pod-waiting.ts";

const waitingFor = (reason: string, message: string): Pod => ({
  metadata: { name: "a" },
  spec: { containers: [{ name: "task", image: "team/train:1" }] },
  status: { phase: "Pending", containerStatuses: [{ name: "task", state: { waiting: { reason, message } } }] },
});
/** Of a container step: its task waits for the helper before it, and that for something else. */
const helperWaitsFor = (reason: string, message: string): Pod => {
  const pod = waitingFor("PodInitializing", "");
  const initContainers = [{ name: "fetch", image: "team/helper:1" }];
  const initContainerStatuses = [{ name: "fetch", state: { waiting: { reason, message } } }];
  return {
    ...pod,
    spec: { ...pod.spec!, initContainers },
    status: { ...pod.status, initContainerStatuses },
  };
};
const unscheduled = (reason: string, message: string): Pod => ({
  metadata: { name: "a" },
  status: { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason, message }] },
});
const pull = (end: string): string =>
  `failed to pull and unpack image "team/train:1": failed to resolve reference "team/train:1": ${end}`;

describe("a pod that has not begun", () => {
  it.each([
    [
      "no node with room",
      unscheduled("Unschedulable", "0/12 nodes are available: 12 Insufficient nvidia.com/gpu."),
      false,
      /no node has room: 0\/12 nodes .* Insufficient nvidia\.com\/gpu/,
    ],
    [
      "a gate",
      unscheduled("SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates"),
      false,
      /gate/,
    ],
    [
      "an image that is not there",
      waitingFor("ErrImagePull", pull("docker.io/team/train:1: not found")),
      true,
      /image team\/train:1 cannot be pulled.*is its name right/,
    ],
    [
      "an image that is not for us",
      waitingFor("ErrImagePull", pull("pull access denied, repository does not exist or may require authorization")),
      true,
      /imagePullSecrets/,
    ],
    [
      "an image for other machines",
      waitingFor("ErrImagePull", pull("no match for platform in manifest: not found")),
      true,
      /no match for platform/,
    ],
    [
      "a private image, without credentials",
      waitingFor("ErrImagePull", pull("pull access denied: authorization failed: no basic auth credentials")),
      true,
      /imagePullSecrets/,
    ],
    [
      "a helper image that is not there",
      helperWaitsFor("ErrImagePull", pull("docker.io/team/helper:1: not found")),
      true,
      /image team\/helper:1 cannot be pulled/,
    ],
    [
      "the same, after a while",
      waitingFor(
        "ImagePullBackOff",
        `Back-off pulling image "team/train:1": ErrImagePull: ${pull("docker.io/team/train:1: not found")}`,
      ),
      true,
      /not found/,
    ],
    [
      "a registry that is down",
      waitingFor(
        "ErrImagePull",
        pull(
          'failed to do request: Head "https://registry.invalid/v2/": dial tcp: lookup registry.invalid: no such host',
        ),
      ),
      false,
      /no such host/,
    ],
    [
      "a registry that has enough of us",
      waitingFor("ErrImagePull", pull("unexpected status from HEAD request: 429 Too Many Requests")),
      false,
      /429/,
    ],
    [
      "a name that is none",
      waitingFor("InvalidImageName", 'couldn\'t parse image name "A:B:C"'),
      true,
      /InvalidImageName/,
    ],
    [
      "an image that may not be pulled",
      waitingFor("ErrImageNeverPull", "is not present with pull policy of Never"),
      true,
      /not present/,
    ],
    [
      "a secret that is missing",
      waitingFor("CreateContainerConfigError", 'secret "s" not found'),
      true,
      /secret "s" not found/,
    ],
    [
      "a user whose name says nothing",
      waitingFor("CreateContainerConfigError", "container has runAsNonRoot and image has non-numeric user (app)"),
      true,
      /securityContext\.runAsUser/,
    ],
    ["a runtime that hesitates", waitingFor("CreateContainerError", "context deadline exceeded"), false, /deadline/],
  ])("waits for %s", (_title, pod, hopeless, why) => {
    expect(podWaiting(pod)).toMatchObject({ hopeless, why: expect.stringMatching(why) });
  });

  it("merely takes its time", () => {
    expect(podWaiting(waitingFor("ContainerCreating", ""))).toBeUndefined();
    expect(podWaiting({ metadata: { name: "a" }, status: { phase: "Pending" } })).toBeUndefined();
  });
});

describe("a pod that cannot be created", () => {
  const quota = (requested: string, used: string, limited: string): string =>
    `pods "a" is forbidden: exceeded quota: q, requested: ${requested}, used: ${used}, limited: ${limited}`;

  it.each([
    [
      "a quota that is not counted yet",
      403,
      'pods "a" is forbidden: status unknown for quota: q',
      false,
      /not counted yet/,
    ],
    ["a quota that is used up", 403, quota("pods=1", "pods=1", "pods=1"), false, /used up: exceeded quota: q/],
    ["a quota of zero", 403, quota("pods=1", "pods=0", "pods=0"), true, /more than the quota .* in all/],
    [
      "a quota that is smaller than what it asks for",
      403,
      quota("cpu=500m,memory=2Gi", "cpu=0,memory=0", "cpu=2,memory=1Gi"),
      true,
      /in all/,
    ],
    [
      "a quota that would hold it",
      403,
      quota("cpu=1500m,memory=512Mi", "cpu=1,memory=0", "cpu=2,memory=1Gi"),
      false,
      /used up/,
    ],
    [
      "a right that is missing",
      403,
      'pods is forbidden: User "u" cannot create resource "pods"',
      true,
      /does not let us/,
    ],
    ["a level of security", 403, 'pods "a" is forbidden: violates PodSecurity "restricted:latest"', true, /violates/],
    ["a namespace that is missing", 404, 'namespaces "team" not found', true, /namespace does not exist/],
    ["a field that is wrong", 422, 'Pod "a" is invalid: spec.nodeSelector', true, /refuses its pod/],
  ])("for %s", (_title, status, message, hopeless, why) => {
    expect(creationWaiting({ status, body: { message } })).toMatchObject({ hopeless, why: expect.stringMatching(why) });
  });
});
