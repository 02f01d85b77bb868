import { describe, expect, it } from "vitest";
import type { RunId } from "../../core/ids.ts";
import type { RunRow, Store } from "../../store/store.ts";
import { findRun } from "./find-run.ts";
import { runRow } from "../../cli/test-rows.ts";

const run = (id: string, project = "/project"): RunRow => runRow({ id: id as RunId, project });

function place(runs: readonly RunRow[], isShared: boolean) {
  const newest = runs.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const store = {
    getRun: (id: string) => Promise.resolve(newest.find((row) => row.id === id)),
    listRuns: ({ project, idPrefix = "", limit }: { project?: string; idPrefix?: string; limit: number }) =>
      Promise.resolve(
        newest
          .filter((row) => row.id.startsWith(idPrefix) && (project === undefined || row.project === project))
          .slice(0, limit),
      ),
  } as unknown as Store;
  return { store, project: "/project", isShared };
}

const found = async (given: string, runs: readonly RunRow[], isShared = false): Promise<string> =>
  (await findRun(place(runs, isShared), given)).id;

describe("a run reference", () => {
  it("means the newest run when it is `latest`", async () => {
    expect(await found("latest", [run("r1"), run("r3"), run("r2")])).toBe("r3");
  });

  it("means the newest run of this project where a server is shared", async () => {
    const runs = [run("r1"), run("r2"), run("r3", "/other")];
    expect(await found("latest", runs, true)).toBe("r2");
    expect(await found("latest", [run("r3", "/other")], true)).toBe("r3");
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
    await expect(found("latest", [])).rejects.toMatchObject({ message: "there is no run yet" });
  });
});
