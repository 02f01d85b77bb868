import type { RunId } from "../../core/ids.ts";
import { summariseRun } from "../runs/summarise-run.ts";
import type { Service } from "./service.ts";

/** Runs, newest first; a page ends with the id of its last run, after which the next begins. */
export const listRuns: Service<"listRuns"> = async (context, { pipeline, state, search, after, limit }) => {
  const rows = await context.store.listRuns({
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(state.length === 0 ? {} : { states: state }),
    ...(search === undefined || search.trim() === "" ? {} : { search: search.trim() }),
    ...(after === undefined ? {} : { before: after as RunId }),
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const runs = await Promise.all(page.map((row) => summariseRun(context, row)));
  return { runs, ...(rows.length > limit ? { next: page.at(-1)!.id } : {}) };
};
