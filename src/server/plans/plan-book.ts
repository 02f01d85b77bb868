import { FlotillaError } from "../../core/errors.ts";
import type { Plan } from "../../core/plan.ts";
import { makeTopology, type Topology } from "../../core/topology.ts";
import type { RunRow, Store } from "../../store/store.ts";
import { perStore } from "../per-store.ts";
import { RecentlyUsed } from "../recently-used.ts";

/** A plan as it is looked at: with its shape, and the parameters that it would have by default. */
export interface KnownPlan {
  readonly plan: Plan;
  readonly topology: Topology;
}

/** Cells of scenario tables held in memory; about 20 bytes each with what is worked out from them. */
const mostCells = 5_000_000;

interface Entry {
  readonly reading: Promise<KnownPlan>;
  readonly cells: number;
}

const books = perStore(() => new RecentlyUsed<string, Entry>(mostCells, ({ cells }) => cells));

/**
 * The plan of a run. Plans never change, so those looked at last are kept; a run of 100,000 tasks is then looked at without
 * reading its plan again. Throws `RUN_NOT_FOUND` when the run has been deleted meanwhile.
 */
export async function knownPlan(store: Store, run: Pick<RunRow, "id" | "planHash">): Promise<KnownPlan> {
  const book = books(store);
  const known = book.get(run.planHash);
  if (known !== undefined) return known.reading;
  const reading = readPlan(store, run);
  book.set(run.planHash, { reading, cells: 0 });
  try {
    const read = await reading;
    const { size, columns } = read.plan.scenarios;
    book.set(run.planHash, { reading, cells: 1000 + size * (columns.length + read.plan.steps.length) });
    return read;
  } catch (error) {
    book.delete(run.planHash);
    throw error;
  }
}

async function readPlan(store: Store, { id, planHash }: Pick<RunRow, "id" | "planHash">): Promise<KnownPlan> {
  const plan = await store.getPlan(planHash);
  if (plan !== undefined) return { plan, topology: makeTopology(plan) };
  throw new FlotillaError("RUN_NOT_FOUND", `run ${id} has been deleted`, {
    mend: "list the runs with `flotilla runs`",
  });
}
