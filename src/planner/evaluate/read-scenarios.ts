import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { findColumn } from "../../core/columns.ts";
import { FlotillaError } from "../../core/errors.ts";
import { makeScenarioSet } from "../../core/make-scenario-set.ts";
import type { ScenarioSet } from "../../core/scenario-set.ts";
import type { ScenarioSource } from "../../sdk/declarations.ts";

/** Reads a scenario set from where it was declared to be. Throws `SCENARIOS_*`. */
export function readScenarios(source: ScenarioSource, projectDirectory: string): ScenarioSet {
  const { labels } = source;
  const names = labels === undefined || isList(labels) ? labels : Object.keys(labels);
  const set = readSource(source, names === undefined ? {} : { labels: names }, projectDirectory);
  if (labels !== undefined && !isList(labels))
    for (const [name, type] of Object.entries(labels)) checkLabel(set, name, type);
  return set;
}

function readSource(
  { dimensions, from }: ScenarioSource,
  labels: { labels?: readonly string[] },
  projectDirectory: string,
): ScenarioSet {
  const layout = { dimensions, ...labels };
  if (from.type === "product") return makeScenarioSet({ product: from.product, ...layout });
  if (from.type === "rows") return makeScenarioSet({ rows: from.rows, ...layout });
  const text = readText(resolve(projectDirectory, from.path), from.path);
  return from.type === "csv"
    ? makeScenarioSet({ csv: text, file: from.path, ...layout })
    : makeScenarioSet({ json: text, file: from.path, ...layout });
}

function isList(labels: NonNullable<ScenarioSource["labels"]>): labels is readonly string[] {
  return Array.isArray(labels);
}

/** Functions over scenarios rely on what the pipeline says of a label. */
function checkLabel(set: ScenarioSet, name: string, type: "number" | "string" | "boolean"): void {
  const { values, codes } = findColumn(set, name);
  const other = values.findIndex((value) => typeof value !== type);
  if (other === -1) return;
  const value = values[other]!;
  throw new FlotillaError(
    "SCENARIOS_INVALID",
    `the label ${name} is ${value === null ? "missing" : JSON.stringify(value)} in scenario ${Array.prototype.indexOf.call(codes, other) + 1}, and is declared to be a ${type}`,
    {
      place: { name },
      mend: "correct the value, or list the labels without their types",
    },
  );
}

function readText(path: string, shown: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new FlotillaError("SCENARIOS_INVALID", `the scenarios cannot be read from ${shown}`, {
      cause,
      place: { file: path },
      mend: "paths are relative to the pipeline file",
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FlotillaError("SCENARIOS_INVALID", `${shown} is not UTF-8`, {
      cause,
      place: { file: path },
      mend: "save the file as UTF-8",
    });
  }
}
