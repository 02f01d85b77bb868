import { didYouMean } from "../../core/closest.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { RunId } from "../../core/ids.ts";
import type { RunRow } from "../../store/store.ts";
import type { ServiceContext } from "../services/service.ts";
import type { Needs } from "./read-view.ts";
import type { RunView } from "./run-view.ts";

/** The view of the run that a request means, as it is now. Throws `RUN_NOT_FOUND`. */
export async function viewOf(
  context: ServiceContext,
  given: string,
  needs?: (view: RunView) => Needs,
): Promise<RunView> {
  const row = await runAt(context, given);
  const view = await context.views.of(row);
  return needs === undefined ? view : context.views.of(row, needs(view));
}

async function runAt({ store }: ServiceContext, given: string): Promise<RunRow> {
  const exact = given === "latest" ? undefined : await store.getRun(given as RunId);
  if (exact !== undefined) return exact;
  const runs = await store.listRuns(given === "latest" ? { limit: 1 } : {});
  const meant = runs.filter(({ id }) => given === "latest" || id.startsWith(given));
  if (meant.length === 1) return meant[0]!;
  throw new FlotillaError(
    "RUN_NOT_FOUND",
    meant.length === 0 ? `there is no run ${given}` : `${given} stands for several runs`,
    {
      place: { name: given },
      mend: "list them with `flotilla runs`",
    },
  );
}

/** The number of a step. Throws `TASK_NOT_FOUND`. */
export function stepAt(view: RunView, name: string): number {
  const names = view.steps.map(({ shape }) => shape.name);
  const index = names.indexOf(name);
  if (index !== -1) return index;
  throw new FlotillaError("TASK_NOT_FOUND", `this run has no step ${name}`, {
    place: { step: name },
    mend: `it has ${names.join(", ")}.${didYouMean(name, names)}`,
  });
}
