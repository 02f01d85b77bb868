import { findRun } from "../server/runs/find-run.ts";
import type { RunRow } from "../store/store.ts";
import type { Project } from "./open-project.ts";

/** The run that is named on a command line, the newest if none is. Throws `RUN_NOT_FOUND`. */
export function namedRun(
  { store, directory, database }: Pick<Project, "store" | "directory" | "database">,
  given: string | undefined,
): Promise<RunRow> {
  return findRun({ store, project: directory, isShared: database !== undefined }, given ?? "latest");
}
