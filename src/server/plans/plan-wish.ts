import { realpathSync, statSync } from "node:fs";
import { isAbsolute, resolve, sep } from "node:path";
import type { Checked } from "../../api/operations.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Planned } from "../../planner/planner.ts";
import { withConcurrency } from "../runs/create-run.ts";
import type { ServiceContext } from "../services/service.ts";

type RunWish = Omit<Checked<"startRun">, "startedBy">;

/** The plan that is wished for. Throws what planning throws. */
export async function planWish(
  context: Pick<ServiceContext, "project" | "anyFile" | "makePlan">,
  wish: RunWish,
): Promise<Planned> {
  const { file, select, where, scenarios, params, paramTexts, concurrency } = wish;
  const planned = await context.makePlan({
    file: context.anyFile === true ? file : pipelineFile(context.project, file),
    ...(select === undefined ? {} : { select }),
    where,
    scenarios,
    params,
    paramTexts,
  });
  return withConcurrency(planned, concurrency);
}

/**
 * A pipeline file of the project, links followed. Throws `PIPELINE_NOT_FOUND` for what is no file, or lies elsewhere: what
 * somebody may ask a server to evaluate is the project's own code.
 */
export function pipelineFile(project: string, file: string): string {
  const refusal = new FlotillaError(
    "PIPELINE_NOT_FOUND",
    `there is no pipeline file ${JSON.stringify(file)} in the project`,
    {
      place: { file },
      mend: "name a file of the project, relative to its folder",
    },
  );
  if (file.includes("\0") || isAbsolute(file)) throw refusal;
  try {
    const found = realpathSync(resolve(project, file));
    if (found.startsWith(realpathSync(project) + sep) && statSync(found).isFile()) return found;
  } catch {
    // It is not there, or cannot be looked at.
  }
  throw refusal;
}
