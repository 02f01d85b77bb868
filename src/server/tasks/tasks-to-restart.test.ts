import { describe, expect, it } from "vitest";
import { FlotillaError } from "../../core/errors.ts";
import { type LiveRun, makeLiveRun } from "../../core/live-run.ts";
import { setState } from "../../core/settle.ts";
import type { TaskState } from "../../core/task-state.ts";
import { makeTopology } from "../../core/topology.ts";
import { type RestartChoice, tasksToRestart } from "./tasks-to-restart.ts";
import { flights, runId } from "../../cli/test-rows.ts";

/** All succeeded, except for these. */
function liveRun(states: Readonly<Record<string, TaskState>>): LiveRun {
  const live = makeLiveRun(runId, flights, makeTopology(flights));
  for (const step of live.topology.steps)
    for (let task = 0; task < step.size; task++)
      setState(live, step.index, task, states[step.taskRef(task)] ?? "succeeded");
  return live;
}

const broken = liveRun({
  "train[origin=EWR,carrier=AA,month=1]": "failed",
  "train[origin=JFK,carrier=B6,month=2]": "cancelled",
  "compare[origin=EWR,carrier=AA]": "blocked",
  report: "blocked",
});

function chosen(choice: RestartChoice, live = broken): string[] {
  return tasksToRestart(flights, live, choice).map(({ step, task }) => live.topology.steps[step]!.taskRef(task));
}

describe("a restart", () => {
  it("takes what failed or was cancelled; what is blocked follows by itself", () => {
    expect(chosen({})).toEqual(["train[origin=EWR,carrier=AA,month=1]", "train[origin=JFK,carrier=B6,month=2]"]);
  });

  it("takes of these only what meets the conditions", () => {
    expect(chosen({ where: ["origin=JFK"] })).toEqual(["train[origin=JFK,carrier=B6,month=2]"]);
  });

  it("takes a whole step, or the part of it that meets the conditions, whatever became of it", () => {
    expect(chosen({ from: ["features"] })).toEqual([
      "features[origin=EWR]",
      "features[origin=JFK]",
      "features[origin=LGA]",
    ]);
    expect(chosen({ from: ["features"], where: ["origin!=JFK"] })).toHaveLength(2);
  });

  it("takes single tasks, each once, and a step besides", () => {
    const task = "features[origin=EWR]";
    expect(chosen({ tasks: ["extract", "extract"] })).toEqual(["extract"]);
    expect(chosen({ tasks: [task], from: ["features"] })).toHaveLength(3);
  });

  it("leaves alone what has not ended", () => {
    const live = liveRun({ extract: "active" });
    expect(() => chosen({ from: ["extract"] }, live)).toThrow("nothing to restart");
  });

  it("is refused when nothing failed, with how to choose", () => {
    expect(() => chosen({}, liveRun({}))).toThrow(FlotillaError);
    expect(() => chosen({}, liveRun({}))).toThrow("nothing to restart");
  });

  it("is refused for a step or a task that there is not", () => {
    expect(() => chosen({ from: ["trian"] })).toThrow("no step trian");
    expect(() => chosen({ tasks: ["train[origin=EWR]"] })).toThrow("carrier, month missing");
    expect(() => chosen({ tasks: ["features[origin=SFO]"] })).toThrow("no task");
  });
});
