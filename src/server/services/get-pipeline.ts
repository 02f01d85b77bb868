import { FlotillaError } from "../../core/errors.ts";
import type { RunId } from "../../core/ids.ts";
import { decodeKeyText } from "../../core/key-text.ts";
import { runStateFacts } from "../../core/task-state.ts";
import type { RunRow, Store } from "../../store/store.ts";
import { knownPlan } from "../plans/plan-book.ts";
import { countTasks } from "../runs/count-tasks.ts";
import { summariseRun } from "../runs/summarise-run.ts";
import type { Service } from "./service.ts";

/** So long numbers are worked out in one request; those of the other runs come with the next one. */
const mostMs = 1_500;

/** A pipeline's runs over time, newest first, with the medians of what their steps yielded. */
export const getPipeline: Service<"getPipeline"> = async (context, { pipeline, after, limit }) => {
  const { store } = context;
  const rows = await store.listRuns({
    pipeline,
    ...(after === undefined ? {} : { before: after as RunId }),
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const newest = page[0];
  if (newest === undefined && after === undefined)
    throw new FlotillaError("PIPELINE_NOT_FOUND", `no pipeline ${pipeline} has run here`, {
      place: { name: pipeline },
      mend: "list the pipelines, or start a run of it",
    });
  const numbers = await numbersOf(store, page);
  const description = newest === undefined ? undefined : (await knownPlan(store, newest)).plan.description;
  const runs = [];
  for (const row of page) {
    const counts = countTasks(row);
    const { startedAt, endedAt } = row;
    runs.push({
      run: await summariseRun(context, row),
      ...(startedAt === undefined || endedAt === undefined ? {} : { durationMs: endedAt - startedAt }),
      success: counts.total === 0 ? 0 : (counts.succeeded + counts.reused) / counts.total,
      numbers: numbers.get(row.id) ?? {},
    });
  }
  return {
    name: pipeline,
    ...(newest?.file === undefined ? {} : { file: newest.file }),
    ...(description === undefined ? {} : { description }),
    runs,
    ...(rows.length > limit ? { next: page.at(-1)!.id } : {}),
  };
};

/** Of the runs that have ended; the store keeps what it has worked out. */
async function numbersOf(store: Store, rows: readonly RunRow[]): Promise<Map<RunId, Record<string, number>>> {
  const endsAt = performance.now() + mostMs;
  const found = new Map<RunId, Record<string, number>>();
  for (const row of rows) {
    if (!runStateFacts[row.state].ended) continue;
    if (performance.now() > endsAt) break;
    const medians = await store.outputMedians(row);
    const named = medians.map(({ step, output, median }): [string, number] => [
      `${decodeKeyText(step) ?? step}.${output}`,
      median,
    ]);
    found.set(row.id, Object.fromEntries(named));
  }
  return found;
}
