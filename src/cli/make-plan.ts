import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FlotillaError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { makePlan, type Planned } from "../planner/planner.ts";
import { type Invocation, listOption, textOption } from "./command.ts";

/** What `make-engine.ts` builds. */
export const platforms = { local: { countsGpus: false }, noop: { countsGpus: true } };

/** The plan that the arguments and options of `plan` and `run` ask for. */
export async function planFor({ args, options, project }: Invocation): Promise<Planned> {
  const select = textOption(options, "select");
  const paramsFile = textOption(options, "params");
  return makePlan({
    file: args[0] ?? join(project ?? "", "pipeline.ts"),
    ...(select === undefined ? {} : { select }),
    where: listOption(options, "where"),
    scenarios: listOption(options, "scenario"),
    paramTexts: listOption(options, "param"),
    platforms,
    ...(paramsFile === undefined ? {} : { params: readParams(paramsFile) }),
  });
}

/** Throws `PARAM_INVALID` when the file holds no JSON object. */
export function readParams(file: string): Readonly<Record<string, Json>> {
  try {
    const params = JSON.parse(readFileSync(file, "utf8").replace(/^\ufeff/, "")) as Json;
    if (typeof params !== "object" || params === null || Array.isArray(params)) throw new Error("it holds no object");
    return params as Readonly<Record<string, Json>>;
  } catch (cause) {
    throw new FlotillaError(
      "PARAM_INVALID",
      `the parameters in ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
        place: { file },
        mend: 'write a JSON object: { "name": value }',
      },
    );
  }
}
