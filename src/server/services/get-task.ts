import { bindPlan } from "../../core/profile.ts";
import type { ResponseOf } from "../../api/operations.ts";
import { demandOfTask, describeWait } from "../../core/admission.ts";
import { perTask, raisedResources } from "../../core/attempt-start.ts";
import type { BudgetsUsed } from "../../core/retry.ts";
import type { Outputs } from "../../core/output-value.ts";
import type { Input, Resources, Scalar } from "../../core/plan.ts";
import type { TaskState } from "../../core/task-state.ts";
import { taskStateFacts } from "../../core/task-state.ts";
import type { AttemptSpec } from "../../platforms/platform.ts";
import { workInWords } from "../plans/work-in-words.ts";
import { shellWord } from "../shell-word.ts";
import { describeAttempt, known } from "../tasks/describe-attempt.ts";
import { type FoundTask, taskAt } from "../tasks/find-attempt.ts";
import { fedBy, neededBy } from "../tasks/neighbours.ts";
import { taskHistory } from "../tasks/task-history.ts";
import { countUnsettled, statesOf } from "../tasks/task-states.ts";
import { wireInput, wireOutput } from "../tasks/wire-value.ts";
import type { Service, ServiceContext } from "./service.ts";

type TaskDetail = ResponseOf<"getTask">;

/** All about one task. Reads its own rows and those of its nearest neighbours, never those of its run. */
export const getTask: Service<"getTask"> = async (context, request) => {
  const { store, logs } = context;
  const found = await taskAt(context, request);
  const { run, number, plan, topology, row, ref } = found;
  const shape = topology.steps[number.step]!;
  const step = plan.steps[number.step]!;
  const [attempts, needs, feeds, stateOf] = await Promise.all([
    store.listAttempts(run.id, number),
    neededBy(store, run, found, number),
    fedBy(store, run, found, number),
    statesOf(store, run, topology, [number]),
  ]);
  const state = stateOf(number);
  const why = (await whyWaits(context, found, state)) || (row?.why ?? "");
  const planned = plannedResources(found);
  const attemptsMade = await Promise.all(
    attempts.map(async (attempt) => ({
      ...describeAttempt(attempt, { planned, folder: logs.folder(attempt.id) }),
      ...known("progress", attempt.state === "ended" ? undefined : await logs.progress(attempt.id)),
    })),
  );
  return {
    run: run.id,
    ref,
    step: shape.name,
    key: shape.keyOf(number.task),
    state,
    why,
    attempts: row?.attempts ?? 0,
    ...known("class", row?.class),
    ...known("cause", row?.cause),
    ...known("error", row?.error),
    ...known("readyAt", row?.readyAt),
    ...known("startedAt", row?.startedAt),
    ...known("endedAt", row?.endedAt),
    values: scalarsOf(row?.outputs),
    work: workInWords(step.work),
    inputs: describeInputs(found, attempts.at(-1)?.spec as AttemptSpec | null | undefined),
    outputs: Object.entries(step.outputs).map(([name, { type }]) => {
      const outputs = row?.outputs ?? {};
      return { name, type, ...(Object.hasOwn(outputs, name) ? { value: wireOutput(outputs[name]!) } : {}) };
    }),
    needs: [...needs.tasks],
    needsTotal: needs.total,
    feeds: [...feeds.tasks],
    feedsTotal: feeds.total,
    attemptsMade,
    history: taskHistory({ row, attempts: attemptsMade, state, why, now: context.now() }),
    commands: commandsFor(found, state),
  };
};

/** What the next attempt would ask for: what the plan says, with what earlier attempts have shown it to need. */
function plannedResources(found: FoundTask): Resources {
  const { plan, number } = found;
  return raisedResources(perTask(plan.steps[number.step]!.resources, number.task), usedBy(found));
}

function usedBy({ row }: FoundTask): BudgetsUsed | undefined {
  return row?.memory?.["used"] as BudgetsUsed | undefined;
}

/** What a task waits for: others, room (and who has it), its turn. Of one that does not wait it says nothing. */
async function whyWaits({ store }: ServiceContext, found: FoundTask, state: TaskState): Promise<string> {
  const { run, plan, number, topology } = found;
  if (state === "ready") {
    if (run.state === "paused") return "the run is paused";
    const pools = new Map((await store.pools()).map(({ name, capacity, used }) => [name, { capacity, used }]));
    const step = bindPlan(plan, run.platforms).steps[number.step]!;
    return describeWait(demandOfTask(step, number.task, usedBy(found)), pools);
  }
  if (state !== "waiting") return "";
  const [unsettled] = await countUnsettled(store, run, topology, [number]);
  if (unsettled === undefined) return "waits for other tasks";
  return `waits for ${unsettled} ${unsettled === 1 ? "task" : "tasks"}`;
}

/** Outputs that are numbers, text or truth. */
function scalarsOf(outputs: Outputs = {}): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, item]) => {
      if (!("value" in item) || item.value === null || typeof item.value === "object") return [];
      return [[name, typeof item.value === "string" ? item.value.slice(0, longestText) : item.value]];
    }),
  );
}

const longestText = 500;

/** What its last attempt was given, and who made it; before the first attempt what is known from the plan. */
function describeInputs(found: FoundTask, spec: AttemptSpec | null | undefined): TaskDetail["inputs"] {
  const { plan, number } = found;
  return Object.entries(plan.steps[number.step]!.inputs).flatMap(([name, input]) => {
    const given =
      input.type === "value"
        ? { value: input.value }
        : spec && Object.hasOwn(spec.inputs, name)
          ? spec.inputs[name]
          : undefined;
    if (given === undefined) return [];
    return [{ name, ...known("from", madeBy(found, name, input)), value: wireInput(given) }];
  });
}

/** The task that made an input; of a collection the step, as each row says by its key which task of it. */
function madeBy({ topology, number }: FoundTask, name: string, input: Input): string | undefined {
  if (input.type === "value") return undefined;
  const edge = topology.steps[number.step]!.upstream.find((one) => one.input === name);
  if (edge === undefined || input.collect !== undefined || edge.countUpstream(number.task) !== 1) return input.step;
  let ref = input.step;
  edge.eachUpstream(number.task, (task) => (ref = topology.steps[edge.from]!.taskRef(task)));
  return ref;
}

function commandsFor({ run, ref, row }: FoundTask, state: TaskState): TaskDetail["commands"] {
  const task = shellWord(ref);
  const hasArtifacts = Object.values(row?.outputs ?? {}).some((item) => "artifact" in item);
  return [
    { what: "all about it", line: `flotilla show ${task} --run ${run.id}` },
    ...((row?.attempts ?? 0) === 0 ? [] : [{ what: "what it printed", line: `flotilla logs ${task} --run ${run.id}` }]),
    ...(hasArtifacts ? [{ what: "its files and folders", line: `flotilla artifacts ${task} --run ${run.id}` }] : []),
    ...(taskStateFacts[state].settled
      ? [{ what: "run it again, and what hangs on it", line: `flotilla restart ${run.id} --task ${task}` }]
      : []),
  ];
}
