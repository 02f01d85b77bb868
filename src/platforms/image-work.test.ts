import { expect, it } from "vitest";
import { imageOf } from "./image-work.ts";
import { makeSpec } from "./test-spec.ts";

const platform = { name: "cluster", image: "python:3.12" };

it.each([
  ["its own", { image: "debian:12" }, "debian:12"],
  ["that of its platform", {}, "python:3.12"],
])("a step runs in %s", (_, more, image) => expect(imageOf(makeSpec(more), platform)).toBe(image));

it.each([
  ["that was to be made, and was not", { image: "" }, /was not built.*restart what builds it/],
  ["for Node", { work: { type: "node", module: "a.ts", function: "f" } }, /only local platforms run/],
] as const)("there is no image %s, whatever the platform has", (_, more, message) =>
  expect(() => imageOf(makeSpec(more), platform)).toThrow(message),
);
