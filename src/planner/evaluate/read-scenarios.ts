import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { FlotillaError } from "../../core/errors.ts";
import { makeScenarioSet } from "../../core/make-scenario-set.ts";
import type { ScenarioSet } from "../../core/scenario-set.ts";
import type { ScenarioSource } from "../../sdk/declarations.ts";

/** Reads a scenario set from where it was declared to be. Throws `SCENARIOS_*`. */
export function readScenarios(source: ScenarioSource, projectDirectory: string): ScenarioSet {
  const { dimensions, labels, from } = source;
  const layout = { dimensions, ...(labels === undefined ? {} : { labels }) };
  if (from.type === "product") return makeScenarioSet({ product: from.product, ...layout });
  if (from.type === "rows") return makeScenarioSet({ rows: from.rows, ...layout });
  const text = readText(resolve(projectDirectory, from.path), from.path);
  return from.type === "csv" ? makeScenarioSet({ csv: text, file: from.path, ...layout }) : makeScenarioSet({ json: text, file: from.path, ...layout });
}

function readText(path: string, shown: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new FlotillaError("SCENARIOS_INVALID", `the scenarios cannot be read from ${shown}`, { cause, place: { file: path }, mend: "paths are relative to the pipeline file" });
  }
}
