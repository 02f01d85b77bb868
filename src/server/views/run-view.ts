import type { Plan } from "../../core/plan.ts";
import { fromTable, type ScenarioSet } from "../../core/scenario-set.ts";
import { makeTopology, type Topology } from "../../core/topology.ts";
import type { FailureColumns, RunRow, TaskColumns } from "../../store/store.ts";
import type { AttemptTable } from "./attempt-table.ts";
import { bytesOfOutput } from "./output-column.ts";
import { makeStepView, type StepView } from "./step-view.ts";

/**
 * A run for reading: every task of it in columns, as of one version of the run. A task without a row waits: the engine
 * writes a row for whatever leaves that state, `ready` included, so counts made here are those of the run.
 */
export interface RunView {
  /** As of the version that is shown. */
  run: RunRow;
  readonly plan: Plan;
  readonly topology: Topology;
  /** The scenarios with their codes packed. */
  readonly scenarios: ScenarioSet;
  readonly steps: readonly StepView[];
  /** The causes of failures, by the numbers in the columns. The first is none. */
  readonly causes: string[];
  readonly causeCodes: Map<string, number>;
  /** Once somebody has asked for them. */
  attempts: AttemptTable | undefined;
  /** What has been worked out from it, by name; `forShape` holds for good, `forVersion` until the version changes. */
  readonly forShape: Map<string, unknown>;
  readonly forVersion: Map<string, unknown>;
}

export function makeRunView(run: RunRow, plan: Plan): RunView {
  // The plan's own codes are plain arrays, 8 bytes a cell and more: only the packed ones are kept.
  const scenarios = fromTable(plan.scenarios);
  const packed = { ...plan, scenarios: scenarios as Plan["scenarios"] };
  const topology = makeTopology(packed);
  return {
    run,
    plan: packed,
    topology,
    scenarios,
    steps: topology.steps.map((shape) => makeStepView(shape, plan.steps[shape.index]!)),
    causes: [""],
    causeCodes: new Map([["", 0]]),
    attempts: undefined,
    forShape: new Map(),
    forVersion: new Map(),
  };
}

/** Takes rows in. What they say of failures comes with `takeFailures`, after it. */
export function takeTasks(view: RunView, columns: TaskColumns): void {
  for (let i = 0; i < columns.tasks.length; i++) {
    const step = view.steps[columns.steps[i]!];
    const task = columns.tasks[i]!;
    if (step === undefined || task >= step.shape.size) continue;
    step.counts[step.state[task]!]!--;
    step.state[task] = columns.states[i]!;
    step.counts[step.state[task]!]!++;
    step.attempts[task] = columns.attempts[i]!;
    step.readyAt[task] = columns.readyAt[i]!;
    step.startedAt[task] = columns.startedAt[i]!;
    step.endedAt[task] = columns.endedAt[i]!;
    step.class[task] = 0;
    step.cause[task] = 0;
  }
}

export function takeFailures(view: RunView, failures: readonly FailureColumns[]): void {
  for (const { class: retryClass, cause, steps, tasks } of failures) {
    const code = codeOfCause(view, cause);
    for (let i = 0; i < tasks.length; i++) {
      const step = view.steps[steps[i]!];
      if (step === undefined || tasks[i]! >= step.shape.size) continue;
      step.class[tasks[i]!] = retryClass + 1;
      step.cause[tasks[i]!] = code;
    }
  }
}

function codeOfCause({ causes, causeCodes }: RunView, cause: string): number {
  let code = causeCodes.get(cause);
  if (code === undefined) causeCodes.set(cause, (code = causes.push(cause) - 1));
  return code;
}

/** What it holds in memory, about. */
export function bytesOf(view: RunView): number {
  let bytes = 200_000 + (view.attempts?.bytes ?? 0);
  for (const column of view.scenarios.columns) bytes += 4 * view.scenarios.size + 60 * column.values.length;
  for (const { shape, outputs } of view.steps) {
    // Columns, and the shape's own arrays: first rows, tasks of rows, key order.
    bytes += (36 + 12) * shape.size;
    for (const column of outputs.values()) bytes += bytesOfOutput(column);
  }
  for (const cause of view.causes) bytes += 60 + 2 * cause.length;
  for (const made of view.forShape.values()) bytes += (made as { bytes?: number }).bytes ?? 0;
  return bytes;
}

/** Works something out once for as long as it holds. */
export function remembered<T>(known: Map<string, unknown>, name: string, make: () => T): T {
  if (!known.has(name)) known.set(name, make());
  return known.get(name) as T;
}
