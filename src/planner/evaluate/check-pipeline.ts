import { FlotillaError } from "../../core/errors.ts";
import type { PipelineDeclaration } from "../../sdk/declarations.ts";
import { parseDuration } from "../../sdk/quantities.ts";
import { isCount, namePattern } from "./check-steps.ts";

/** Refuses a pipeline whose own options are wrong. Throws `PIPELINE_INVALID`. */
export function checkPipeline({ name, pools, concurrency, timeout, selections }: PipelineDeclaration): void {
  if (typeof name !== "string" || !namePattern.test(name))
    refuse(
      `the pipeline has a name that cannot be used: ${JSON.stringify(name)}`,
      "begin with a small letter; then letters, digits, - and _, 63 in all at most",
    );
  for (const [pool, capacity] of Object.entries(pools)) {
    if (!namePattern.test(pool))
      refuse(
        `the pool ${JSON.stringify(pool)} has a name that cannot be used`,
        "begin with a small letter; then letters, digits, - and _",
      );
    if (!isCount(capacity))
      refuse(`the pool ${pool} has a capacity of ${capacity}`, "give a whole number of at least 1");
  }
  if (Object.hasOwn(selections, "all") && selections["all"]!.selection.type !== "all")
    refuse("the pipeline has a selection all that is not all()", "give it another name: all is always every scenario");
  if (concurrency !== undefined && !isCount(concurrency))
    refuse(`the pipeline has a concurrency of ${concurrency}`, "give a whole number of at least 1");
  if (timeout === undefined) return;
  try {
    parseDuration(timeout);
  } catch (thrown) {
    refuse(`the timeout of the pipeline: ${(thrown as Error).message}`, 'write it as "90s", "10m" or "2h"');
  }
}

function refuse(what: string, mend: string): never {
  throw new FlotillaError("PIPELINE_INVALID", what, { mend });
}
