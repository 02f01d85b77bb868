// Held by `tsc`: each @ts-expect-error is a mistake that the editor must show. The functions below are never called.
import { expect, it } from "vitest";
import { config, docker, kubernetes, local, secret } from "flotilla";

const wrong = [
  // @ts-expect-error a binding is made by local(), docker() or kubernetes()
  () => config({ profiles: { mine: { platforms: { gpu: "docker" } } } }),
  // @ts-expect-error no such option
  () => config({ profiles: { mine: { platform: { gpu: local() } } } }),
  // @ts-expect-error what becomes of other names is one of two words
  () => config({ profiles: { mine: { others: "docker" } } }),
  // @ts-expect-error local has no images
  () => local({ image: "python:3.12" }),
  // @ts-expect-error slots are a number
  () => local({ slots: "4" }),
  // @ts-expect-error an image is text
  () => docker({ image: 3 }),
  // @ts-expect-error a volume has two ends
  () => docker({ volumes: [{ from: "/data" }] }),
  // @ts-expect-error a cluster has no host
  () => kubernetes({ host: "unix:///run/docker.sock" }),
  // @ts-expect-error a volume is of one kind
  () => kubernetes({ volumes: [{ hostPath: "/", to: "/x" }] }),
  // @ts-expect-error most fields of a pod lead out of it
  () => kubernetes({ overrides: { hostNetwork: true } }),
  // @ts-expect-error a container's variables are seen by whoever may look at it
  () => docker({ env: { TOKEN: secret("api", "token") } }),
];

it("is frozen data", () => {
  const declared = config({ profiles: { mine: { platforms: { io: local({ memory: "1Gi" }) } } } });
  expect(Object.isFrozen(declared)).toBe(true);
  expect(declared.profiles).toEqual({
    mine: { platforms: { io: { type: "local", memoryBytes: 2 ** 30 } }, others: "refused" },
  });
  expect(wrong).toHaveLength(11);
});
