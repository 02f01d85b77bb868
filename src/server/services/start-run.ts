import { FlotillaError } from "../../core/errors.ts";
import type { RunSummary } from "../../api/schemas/run.ts";
import type { RunId } from "../../core/ids.ts";
import { createRun } from "../runs/create-run.ts";
import { planWish } from "../plans/plan-wish.ts";
import { summariseRun } from "../runs/summarise-run.ts";
import { onceOnly } from "./once.ts";
import type { Service } from "./service.ts";

/** Plans a pipeline and stores a run of it; acknowledged once stored, and driven by whatever engine takes it. */
export const startRun: Service<"startRun"> = (context, request, call) => {
  const { startedBy, ...wish } = request;
  return onceOnly<RunSummary>(context, call, {
    asked: ["startRun", request],
    again: ({ run }) => summaryOf(run),
    async act(once) {
      const planned = await planWish(context, wish);
      const row = await createRun(context, planned, {
        by: startedBy ?? call.by,
        ...(once === undefined ? {} : { once }),
      });
      return summariseRun(context, row);
    },
  });

  async function summaryOf(id: RunId): Promise<RunSummary> {
    const row = await context.store.getRun(id);
    if (row !== undefined) return summariseRun(context, row);
    throw new FlotillaError("RUN_NOT_FOUND", `run ${id}, started with this key, has been deleted`, {
      mend: "start another with a new key",
    });
  }
};
