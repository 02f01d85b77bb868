import { didYouMean } from "../../core/closest.ts";
import { FlotillaError } from "../../core/errors.ts";
import { runAt } from "../runs/find-run.ts";
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
