import type { LiveAttempt, LiveRun } from "../core/live-run.ts";
import { refOf, stateOf } from "../core/live-run.ts";
import { defined } from "../core/defined.ts";
import type { InputValue, OutputValue } from "../core/output-value.ts";
import type { Digest } from "../core/ids.ts";
import type { PlanStep } from "../core/plan.ts";
import { taskStateFacts } from "../core/task-state.ts";
import type { Edge } from "../core/topology.ts";
import type { AttemptSpec } from "../platforms/platform.ts";

/** Everything that an attempt is given, from the plan and from what the tasks before it have yielded. */
export function describeAttempt(run: LiveRun, attempt: LiveAttempt, code: Digest | undefined): AttemptSpec {
  const step = run.plan.steps[attempt.step]!;
  return {
    id: attempt.id,
    task: refOf(run, attempt.step, attempt.task),
    pipeline: run.plan.pipeline,
    step: step.name,
    number: attempt.number,
    work: step.work,
    key: run.topology.steps[attempt.step]!.keyOf(attempt.task),
    inputs: inputsOf(run, attempt.step, attempt.task),
    outputs: step.outputs,
    resources: attempt.resources,
    code: step.work.type === "noop" ? undefined : code,
    ...(step.image === undefined ? {} : { image: imageOf(run, step.image) }),
    ...defined({ pack: step.pack, kubernetes: step.kubernetes, secrets: step.secrets }),
    fatalErrors: step.retry.fatalErrors ?? [],
    ...(attempt.behind === undefined ? {} : { behind: attempt.behind }),
  };
}

/** Of one that is made by a step, the bytes that it made; empty where that had nothing to make. */
function imageOf(run: LiveRun, image: NonNullable<PlanStep["image"]>): string {
  if (typeof image === "string") return image;
  const made = yielded(
    run,
    run.plan.steps.findIndex(({ name }) => name === image.madeBy),
    0,
    "image",
  );
  return "value" in made && typeof made.value === "string" ? made.value : "";
}

function inputsOf(run: LiveRun, step: number, task: number): Record<string, InputValue> {
  const values: Record<string, InputValue> = {};
  const edges = new Map(run.topology.steps[step]!.upstream.map((edge) => [edge.input, edge]));
  for (const [name, input] of Object.entries(run.plan.steps[step]!.inputs)) {
    if (input.type === "value") {
      values[name] = { value: input.value };
      continue;
    }
    const edge = edges.get(name)!;
    values[name] =
      input.collect === undefined ? single(run, edge, task, input.output) : collection(run, edge, task, input.output);
  }
  return values;
}

/** Null at the first value of an ordered dimension, where there is no task before it. */
function single(run: LiveRun, edge: Edge, task: number, output: string): OutputValue {
  let found: OutputValue = { value: null };
  edge.eachUpstream(task, (a) => (found = yielded(run, edge.from, a, output)));
  return found;
}

function collection(run: LiveRun, edge: Edge, task: number, output: string): InputValue {
  const writer = run.topology.steps[edge.from]!;
  const rows: { key: ReturnType<typeof writer.keyOf>; item: OutputValue }[] = [];
  edge.eachUpstream(task, (a) => {
    if (taskStateFacts[stateOf(run, edge.from, a)].good)
      rows.push({ key: writer.keyOf(a), item: yielded(run, edge.from, a, output) });
  });
  return { rows };
}

function yielded(run: LiveRun, step: number, task: number, output: string): OutputValue {
  return run.steps[step]!.outputs[task]?.[output] ?? { value: null };
}
