import { expect, test } from "vitest";
import { noCounts, taskStates } from "../../../../src/core/task-state.ts";
import { countsInWords, states, statesInBar } from "./states.ts";

test("states have the order that tiles number them by", () => {
  expect(states).toEqual(taskStates);
});

test("a bar forgets no state", () => {
  expect(statesInBar.toSorted()).toEqual(taskStates.toSorted());
});

test("counts are said for the states that occur", () => {
  expect(countsInWords({ ...noCounts(), failed: 3, succeeded: 1_312 })).toBe("3 failed, 1,312 succeeded");
});
