import { describe, expect, it } from "vitest";
import { FlotillaError } from "../../core/errors.ts";
import type { TaskState } from "../../core/task-state.ts";
import { makeTopology } from "../../core/topology.ts";
import type { TaskRow } from "../../store/store.ts";
import { flights, runId } from "../../cli/test-rows.ts";
import { type RestartChoice, tasksToRestart } from "./tasks-to-restart.ts";

const known = { plan: flights, topology: makeTopology(flights) };
type Row = Pick<TaskRow, "step" | "task" | "state" | "cause">;

/** All succeeded, except for these. */
function rowsOf(states: Readonly<Record<string, TaskState>>): Row[] {
  return known.topology.steps.flatMap((shape) =>
    Array.from({ length: shape.size }, (_, task): Row => {
      const { index: step } = shape;
      const state = states[shape.taskRef(task)] ?? "succeeded";
      return { step, task, state, cause: state === "failed" ? `train | user | at ${task}` : undefined };
    }),
  );
}

const broken = rowsOf({
  "train[origin=EWR,carrier=AA,month=1]": "failed",
  "train[origin=JFK,carrier=B6,month=2]": "cancelled",
  "compare[origin=EWR,carrier=AA]": "blocked",
  report: "blocked",
});

function chosen(choice: RestartChoice, rows = broken): string[] {
  return tasksToRestart(runId, known, rows, choice).map(({ step, task }) => known.topology.steps[step]!.taskRef(task));
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

  it("takes only what failed for a cause", () => {
    expect(chosen({ cause: "train | user | at 0" })).toEqual(["train[origin=EWR,carrier=AA,month=1]"]);
    expect(() => chosen({ cause: "another" })).toThrow("nothing to restart");
  });

  it("leaves alone what has not ended", () => {
    const rows = rowsOf({ extract: "active" });
    expect(() => chosen({ from: ["extract"] }, rows)).toThrow("nothing to restart");
  });

  it("is refused when nothing failed, with how to choose", () => {
    expect(() => chosen({}, rowsOf({}))).toThrow(FlotillaError);
    expect(() => chosen({}, rowsOf({}))).toThrow("nothing to restart");
  });

  it("is refused for a step or a task that there is not", () => {
    expect(() => chosen({ from: ["trian"] })).toThrow("no step trian");
    expect(() => chosen({ tasks: ["train[origin=EWR]"] })).toThrow("carrier, month missing");
    expect(() => chosen({ tasks: ["features[origin=SFO]"] })).toThrow("no task");
  });
});
