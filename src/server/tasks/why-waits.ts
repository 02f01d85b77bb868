import { demandOf, describeWait, type Pool } from "../../core/admission.ts";
import { type LiveRun, stateOf } from "../../core/live-run.ts";
import type { Store } from "../../store/store.ts";
import type { TaskNumber } from "./find-tasks.ts";

export type WhyWaits = (task: TaskNumber) => string;

/** Says what tasks wait for: others, room (and who has it), their turn. Of a task that does not wait it says nothing. */
export async function whyWaits(store: Store, live: LiveRun): Promise<WhyWaits> {
  const rows = live.steps.some((step) => step.ready.size > 0) ? await store.pools() : [];
  const pools = new Map<string, Pool>(rows.map(({ name, capacity, used }) => [name, { capacity, used }]));
  return ({ step, task }) => {
    if (stateOf(live, step, task) === "ready") {
      return live.state === "paused" ? "the run is paused" : describeWait(demandOf(live, step, task), pools);
    }
    if (stateOf(live, step, task) !== "waiting") return "";
    const unsettled = live.steps[step]!.unsettled[task]!;
    return `waits for ${unsettled} ${unsettled === 1 ? "task" : "tasks"}`;
  };
}
