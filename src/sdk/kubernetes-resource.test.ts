// Held by `tsc`: each @ts-expect-error is a mistake that the editor must show. The functions below are never called.
import { expect, it } from "vitest";
import { asText, kubernetesResource, ref } from "./index.ts";

const failed = { condition: "Failed", is: "True" } as const;
const succeeded = { path: ["status", "state"], equals: "COMPLETED" } as const;

export function mistakes(): void {
  // @ts-expect-error a resource has no place for a file to write
  kubernetesResource({ manifest: { apiVersion: "a/v1", kind: "A", spec: ref.output("x") }, succeeded, failed });
  // @ts-expect-error its name and namespace are given
  kubernetesResource({ manifest: { apiVersion: "a/v1", kind: "A", metadata: { name: "x" } }, succeeded, failed });
  // @ts-expect-error nothing that JSON cannot hold
  kubernetesResource({ manifest: { apiVersion: "a/v1", kind: "A", spec: () => 1 }, succeeded, failed });
  // @ts-expect-error a failure must be known as well
  kubernetesResource({ manifest: { apiVersion: "a/v1", kind: "A" }, succeeded });
  // @ts-expect-error a condition is true, false or unknown
  kubernetesResource({ manifest: { apiVersion: "a/v1", kind: "A" }, succeeded, failed: { condition: "A", is: true } });
  // @ts-expect-error of a resource only its name is known
  ref.resource("uid");
}

it("a reference within a manifest is plain data, and may be asked for as a text", () => {
  const month = asText(ref.dimension("month"));
  const manifest = { apiVersion: "a/v1", kind: "A", spec: { args: ["--month", month], name: ref.resource("name") } };
  const made = kubernetesResource({ manifest, succeeded, failed: [failed] });
  expect(JSON.parse(JSON.stringify(made))).toEqual({
    kind: "work",
    type: "kubernetesResource",
    manifest: {
      ...manifest,
      spec: {
        args: ["--month", { ref: "dimension", name: "month", as: "text" }],
        name: { ref: "resource", name: "name" },
      },
    },
    succeeded: { path: ["status", "state"], equals: "COMPLETED" },
    failed: [{ condition: "Failed", is: "True" }],
  });
});
