import { describe, expect, it } from "vitest";
import { type Ask, checkMachine, node, python } from "./machine-checks.ts";

describe("doctor", () => {
  it.each([
    ["20.19.0", "ok"],
    ["24.1.0", "ok"],
    ["20.18.3", "missing"],
    ["18.20.0", "missing"],
  ])("takes Node %s for %s", (version, state) => expect(node(version).state).toBe(state));

  const machineWith =
    (version: string | undefined, hasVenv: boolean): Ask =>
    (program, first) =>
      program !== "python3" ? undefined : first === "--version" ? version : hasVenv ? "" : undefined;

  it.each([
    ["Python 3.9.2", true, ["ok"]],
    ["Python 3.13.0rc1", false, ["ok", "optional"]],
    ["Python 3.8.1", true, ["missing"]],
    [undefined, true, ["missing"]],
  ])("takes %s (venv: %s) for %j", (version, hasVenv, states) => {
    expect(python(machineWith(version, hasVenv)).map(({ state }) => state)).toEqual(states);
  });

  it("says how to get what is missing", () => {
    const found = [...python(machineWith(undefined, false)), node("18.0.0")];
    for (const { mend } of found) expect(mend).toMatch(/install/);
  });

  it("says what there is for tasks, and what limits it", () => {
    expect(checkMachine().map(({ what }) => what)).toEqual(["CPUs", "memory"]);
    for (const { found } of checkMachine()) expect(found).toMatch(/^[\d.]+( [KMGT]iB)?, by the /);
  });
});
