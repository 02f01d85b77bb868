import type { RunId } from "../core/ids.ts";
import { type LiveRun, refOf, stateOf } from "../core/live-run.ts";
import type { InputValue, Outputs } from "../core/output-value.ts";
import type { Scalar, Work } from "../core/plan.ts";
import type { TaskState } from "../core/task-state.ts";
import { attemptFolder } from "../platforms/local/attempt-folder.ts";
import type { AttemptSpec } from "../platforms/platform.ts";
import type { AttemptRow, RunRow, TaskRow } from "../store/store.ts";
import { loadRun } from "../server/runs/find-run.ts";
import { findTask, type TaskNumber } from "../server/tasks/find-tasks.ts";
import type { Project } from "./open-project.ts";
import { needOrder } from "../server/tasks/neighbours.ts";
import { whyWaits } from "../server/tasks/why-waits.ts";

/** All about one task, as `show` tells it. */
export interface ShownTask extends Pick<TaskRow, "class" | "cause" | "error" | "readyAt" | "startedAt" | "endedAt"> {
  readonly run: RunId;
  readonly ref: string;
  readonly step: string;
  readonly key: Readonly<Record<string, Scalar>>;
  readonly state: TaskState;
  readonly why: string;
  readonly work: Work;
  /** What its last attempt was given; nothing before the first. */
  readonly inputs: Readonly<Record<string, InputValue>>;
  readonly outputs: Outputs;
  /** The tasks it reads or waits for, those that are not done first. */
  readonly needs: readonly NeededTask[];
  readonly attempts: readonly ShownAttempt[];
}

export interface NeededTask {
  readonly ref: string;
  readonly state: TaskState;
}

export interface ShownAttempt extends Omit<AttemptRow, "spec"> {
  readonly folder: string;
}

/** Throws what `findTask` throws. */
export async function readTask({ store, flotilla }: Project, row: RunRow, ref: string): Promise<ShownTask> {
  const { plan, live, rows } = await loadRun(store, row);
  const number = findTask(plan, live.topology, ref);
  const { step, task } = number;
  const shape = live.topology.steps[step]!;
  const known = rows.find((one) => one.step === step && one.task === task);
  const attempts = await store.listAttempts(row.id, number);
  const spec = attempts.at(-1)?.spec as AttemptSpec | null | undefined;
  return {
    run: row.id,
    ref: shape.taskRef(task),
    step: shape.name,
    key: shape.keyOf(task),
    state: stateOf(live, step, task),
    why: (await whyWaits(store, live))(number) || (known?.why ?? ""),
    class: known?.class,
    cause: known?.cause,
    error: known?.error,
    readyAt: known?.readyAt,
    startedAt: known?.startedAt,
    endedAt: known?.endedAt,
    work: plan.steps[step]!.work,
    inputs: spec?.inputs ?? {},
    outputs: known?.outputs ?? {},
    needs: neededTasks(live, number),
    attempts: attempts.map(({ spec: _spec, ...attempt }) => ({
      ...attempt,
      folder: attemptFolder(flotilla, attempt.id).root,
    })),
  };
}

function neededTasks(live: LiveRun, { step, task }: TaskNumber): NeededTask[] {
  const found = new Map<string, NeededTask>();
  for (const edge of live.topology.steps[step]!.upstream)
    edge.eachUpstream(task, (from) => {
      const ref = refOf(live, edge.from, from);
      found.set(ref, { ref, state: stateOf(live, edge.from, from) });
    });
  return [...found.values()].toSorted((a, b) => needOrder[a.state] - needOrder[b.state]);
}
