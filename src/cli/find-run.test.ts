import { describe, expect, it } from "vitest";
import type { RunId } from "../core/ids.ts";
import type { RunRow, Store } from "../store/store.ts";
import { findRun } from "./find-run.ts";
import { runRow } from "./test-rows.ts";

const run = (id: string, project = "/project"): RunRow => runRow({ id: id as RunId, project });

function project(runs: readonly RunRow[], database?: string) {
  const newest = runs.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const store = {
    getRun: (id: string) => Promise.resolve(newest.find((row) => row.id === id)),
    listRuns: ({ before, limit = Infinity }: { before?: string; limit?: number } = {}) =>
      Promise.resolve(newest.filter(({ id }) => before === undefined || id < before).slice(0, limit)),
  } as unknown as Store;
  return { store, directory: "/project", database };
}

const found = async (given: string | undefined, runs: readonly RunRow[], database?: string): Promise<string> =>
  (await findRun(project(runs, database), given)).id;

describe("a run reference", () => {
  it("means the newest run when it is left out", async () => {
    expect(await found(undefined, [run("r1"), run("r3"), run("r2")])).toBe("r3");
  });

  it("means the newest run of this project where a server is shared", async () => {
    const runs = [run("r1"), run("r2"), run("r3", "/other")];
    expect(await found(undefined, runs, "postgres://db/f")).toBe("r2");
    expect(await found(undefined, [run("r3", "/other")], "postgres://db/f")).toBe("r3");
  });

  it("may be the beginning of an id, however many runs there are", async () => {
    const many = Array.from({ length: 2500 }, (_, index) => run(`r9${String(index).padStart(4, "0")}`));
    expect(await found("r1", [run("r1abc"), ...many])).toBe("r1abc");
  });

  it("may be a whole id that others begin with", async () => {
    expect(await found("r1", [run("r1"), run("r12")])).toBe("r1");
  });

  it("is refused when it stands for several, naming them", async () => {
    await expect(found("r1", [run("r1a"), run("r1b")])).rejects.toMatchObject({
      code: "RUN_NOT_FOUND",
      mend: "give more of it: r1b, r1a",
    });
  });

  it("is refused when there is no such run, or none at all", async () => {
    await expect(found("r7", [run("r1")])).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
    await expect(found(undefined, [])).rejects.toMatchObject({ message: "there is no run yet" });
  });
});
