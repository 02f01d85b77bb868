import { FlotillaError } from "../../core/errors.ts";
import type { RunId } from "../../core/ids.ts";
import type { ServiceContext } from "../services/service.ts";
import type { RunRow, Store } from "../../store/store.ts";

/** Where runs are looked for. */
export interface RunPlace {
  readonly store: Pick<Store, "getRun" | "listRuns">;
  /** The project's folder. */
  readonly project: string;
  /** Whether other projects may keep runs in the same store. */
  readonly isShared: boolean;
}

/** The run that is meant: an id, the beginning of one, or `latest` for the newest. Throws `RUN_NOT_FOUND`. */
export async function findRun(place: RunPlace, given: string): Promise<RunRow> {
  if (given === "latest") return newestRun(place);
  const { store } = place;
  const exact = await store.getRun(given as RunId);
  if (exact !== undefined) return exact;
  const matching = await store.listRuns({ idPrefix: given, limit: mostNamed + 1 });
  if (matching.length === 1) return matching[0]!;
  const some = matching.slice(0, mostNamed).map(({ id }) => id);
  throw new FlotillaError(
    "RUN_NOT_FOUND",
    matching.length === 0 ? `there is no run ${given}` : `${given} stands for several runs`,
    {
      place: { name: given },
      mend: matching.length === 0 ? "list them with `flotilla runs`" : `give more of it: ${some.join(", ")}`,
    },
  );
}

/** The run that a request means. Throws `RUN_NOT_FOUND`. */
export function runAt({ store, project, isShared = false }: ServiceContext, given: string): Promise<RunRow> {
  return findRun({ store, project, isShared }, given);
}

/** How many runs that may be meant are named. */
const mostNamed = 5;

/** A server may be shared by projects; of this one is meant, if there is any. Throws `RUN_NOT_FOUND`. */
async function newestRun({ store, project, isShared }: RunPlace): Promise<RunRow> {
  const [ours] = isShared ? await store.listRuns({ project, limit: 1 }) : [];
  const [newest] = ours === undefined ? await store.listRuns({ limit: 1 }) : [ours];
  if (newest !== undefined) return newest;
  throw new FlotillaError("RUN_NOT_FOUND", "there is no run yet", { mend: "start one with `flotilla run`" });
}

const pageSize = 1000;

/** Newest first. */
export async function allRuns(store: Pick<Store, "listRuns">): Promise<RunRow[]> {
  const runs: RunRow[] = [];
  for (;;) {
    const last = runs.at(-1)?.id;
    const page = await store.listRuns({ limit: pageSize, ...(last === undefined ? {} : { before: last }) });
    runs.push(...page);
    if (page.length < pageSize) return runs;
  }
}
