import type { Checked, ResponseOf } from "../../api/operations.ts";
import { phases } from "../../api/schemas/timeline.ts";
import { eachAttempt } from "../views/attempt-phases.ts";
import { chooseTasks } from "../views/choose-tasks.ts";
import { criticalPath } from "../views/critical-path.ts";
import { remembered, type RunView } from "../views/run-view.ts";
import { TimelineLanes, type Window } from "../views/timeline-lanes.ts";
import { viewOf } from "../views/view-of.ts";
import type { Service } from "./service.ts";

/** `spent` is of the chosen tasks over the whole run, whatever stretch of time is looked at. Throws what conditions throw. */
export const getTimeline: Service<"getTimeline"> = async (context, request) => {
  const view = await viewOf(context, request.run, () => ({ attempts: true }));
  const chosen = chooseTasks(view, request);
  const now = view.run.endedAt ?? context.now();
  const window = windowOf(view, request, now);
  const spent = phases.map(() => 0);
  const lanes = new TimelineLanes(view, window, request.by);
  eachAttempt(view, view.attempts!, chosen, now, (step, task, number, at) => {
    for (let phase = 0; phase < phases.length; phase++) spent[phase]! += at[phase + 1]! - at[phase]!;
    if (at[4]! >= window.from && at[0]! <= window.to) lanes.add(step, task, number, at);
  });
  const steps = view.steps.map(({ shape }) => shape.index).filter((index) => chosen[index] !== undefined);
  return {
    version: view.run.version,
    from: window.from,
    to: window.to,
    lanes: request.by === "slot" ? lanes.bySlots() : lanes.bySteps(steps),
    spent: Object.fromEntries(phases.map((phase, index) => [phase, spent[index]!])) as Record<
      (typeof phases)[number],
      number
    >,
    criticalPath: remembered(view.forVersion, "critical path", () => describePath(view)),
  };
};

/**
 * The stretch asked for; from when the run was last started (a restart of an ended run starts it anew) up to now if none is.
 * Never empty, so that a bin has a width.
 */
function windowOf({ run }: RunView, request: Checked<"getTimeline">, now: number): Window {
  const from = request.from ?? run.startedAt ?? run.createdAt;
  return { from, to: Math.max(from + 1, request.to ?? now), bins: request.bins };
}

function describePath(view: RunView): ResponseOf<"getTimeline">["criticalPath"] {
  return criticalPath(view).map(({ step, task }) => {
    const { shape, startedAt, endedAt } = view.steps[step]!;
    return { ref: shape.taskRef(task), startedAt: startedAt[task]!, endedAt: endedAt[task]! };
  });
}
