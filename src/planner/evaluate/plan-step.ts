import { FlotillaError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { After, Input, Output, PlanStep } from "../../core/plan.ts";
import type { ScenarioSet } from "../../core/scenario-set.ts";
import { parseDuration } from "../../sdk/quantities.ts";
import type { InputDeclaration, RetryOption, StepDeclaration } from "../../sdk/declarations.ts";
import { refuseStep } from "./refuse-step.ts";
import { perTask } from "./per-task.ts";
import { planPack } from "./plan-pack.ts";
import { planResources } from "./plan-resources.ts";
import { planPlace } from "./plan-place.ts";
import { planRetry } from "./plan-retry.ts";
import { planWork } from "./plan-work.ts";
import { whatIsNoJson } from "./json-values.ts";
import { isRef, readsOf } from "./reads.ts";

/** A checked declaration as the step of a plan. */
export function planStep(step: StepDeclaration, context: { scenarios: ScenarioSet; project: string }): PlanStep {
  const { options, name } = step;
  const dimensions = context.scenarios.columns.map((column) => column.name);
  const by = dimensions.filter((dimension) => (options.by ?? []).includes(dimension));
  const given = { step: name, by, scenarios: context.scenarios };
  const timeoutMs = options.timeout === undefined ? undefined : inStep(step, () => parseDuration(options.timeout!));
  return {
    name,
    ...(options.description === undefined ? {} : { description: options.description }),
    by,
    work: planWork(step, context.project),
    inputs: Object.fromEntries(
      Object.entries(options.inputs ?? {}).flatMap(([input, declared]) => planInput(step, input, declared)),
    ),
    outputs: Object.fromEntries(
      Object.entries(options.outputs ?? {}).map(([output, { kind: _, ...rest }]) => [output, rest satisfies Output]),
    ),
    after: readsOf(step)
      .filter(({ form }) => form === "after")
      .map(({ writer, outcome }): After => ({ step: writer, outcome: outcome! })),
    on: options.on ?? (options.run.type === "noop" ? "noop" : "local"),
    ...(options.lastAttemptOn === undefined ? {} : { lastAttemptOn: options.lastAttemptOn }),
    // One that is to be built is named when it is known which steps share it.
    ...(typeof options.image === "string" ? { image: options.image } : {}),
    ...planPlace(step),
    resources: inStep(step, () => perTask(given, options.resources ?? {}, planResources)),
    pools: options.pools ?? {},
    priority: inStep(step, () => perTask(given, options.priority ?? 0, finite)),
    retry: inStep(step, () => planRetry(retryOf(options))),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    ...(options.pack === undefined ? {} : { pack: inStep(step, () => planPack(options.pack!)) }),
  };
}

/** Where there is a place for a last attempt, it comes to that sooner. */
function retryOf({ retry = {}, lastAttemptOn }: StepDeclaration["options"]): RetryOption {
  if (lastAttemptOn === undefined) return retry;
  const { disrupted = 3 } = retry;
  if (disrupted === 0) throw new Error("lastAttemptOn says where a retry goes, and retry.disrupted is 0");
  return { ...retry, disrupted };
}

function planInput(step: StepDeclaration, name: string, declared: InputDeclaration): [string, Input][] {
  if (declared === undefined) return [];
  if (!isRef(declared)) return [[name, { type: "value", value: jsonValue(step, name, declared) }]];
  const { step: writer, output } = declared;
  if (declared.kind === "collected-ref")
    return [[name, { type: "output", step: writer, output, collect: { atLeast: declared.atLeast } }]];
  if (declared.kind === "previous-ref")
    return [[name, { type: "output", step: writer, output, previous: declared.dimension }]];
  return [[name, { type: "output", step: writer, output }]];
}

function jsonValue(step: StepDeclaration, name: string, value: unknown): Json {
  const wrong = whatIsNoJson(value);
  if (wrong !== undefined)
    refuseStep(
      step,
      "STEP_INVALID",
      `has an input ${name} that is no JSON value: ${wrong}`,
      "give a value that JSON can hold, or an output of another step",
    );
  return JSON.parse(JSON.stringify(value)) as Json;
}

function finite(value: number): number {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new Error(`the priority is ${String(value)}, and must be a finite number`);
  return value;
}

/** What a part of the declaration throws, as the fault of its step. */
function inStep<T>(step: StepDeclaration, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof FlotillaError)
      refuseStep(step, thrown.code, `is declared wrongly: ${thrown.message}`, thrown.mend ?? "correct the declaration");
    refuseStep(
      step,
      "STEP_INVALID",
      `is declared wrongly: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      "correct the declaration",
    );
  }
}
