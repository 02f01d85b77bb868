import { makeAttemptId, makeRunId } from "../core/ids.ts";
import type { AttemptSpec } from "./platform.ts";

let made = 0;

/** For tests: an attempt of its own of a step that is given nothing and yields nothing. */
export function makeSpec(more: Partial<AttemptSpec> = {}): AttemptSpec {
  return {
    id: makeAttemptId(makeRunId(Date.now(), Math.random), 0, made++, 1),
    task: "train[origin=JFK]",
    pipeline: "flights",
    step: "train",
    number: 1,
    work: { type: "shell", argv: ["true"], env: {} },
    key: {},
    inputs: {},
    outputs: {},
    resources: { cpu: 1 },
    code: undefined,
    fatalErrors: [],
    ...more,
  };
}
