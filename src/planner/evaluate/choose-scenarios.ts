import { didYouMean } from "../../core/closest.ts";
import { unknownColumn } from "../../core/columns.ts";
import { coverageOf } from "../../core/coverage.ts";
import { FlotillaError } from "../../core/errors.ts";
import { parseKey } from "../../core/key.ts";
import type { PlanSelection } from "../../core/plan.ts";
import { dimensionsOf, type ScenarioSet, selectRows } from "../../core/scenario-set.ts";
import { type Selection, selectScenarios } from "../../core/selection.ts";
import { parseWhere } from "../../core/where.ts";
import type { PipelineDeclaration } from "../../sdk/declarations.ts";
import type { EvaluationRequest } from "../messages.ts";

/** The scenarios that a plan is made for: a named selection, narrowed by filters and keys. */
export function chooseScenarios(
  pipeline: PipelineDeclaration,
  set: ScenarioSet,
  request: EvaluationRequest,
): { chosen: ScenarioSet; selection: PlanSelection; selections: string[] } {
  const declared: Record<string, Selection> = { all: { type: "all" } };
  for (const [name, { selection }] of Object.entries(pipeline.selections)) declared[name] = selection;
  const selections = Object.keys(declared);
  const name = request.select ?? defaultSelection(pipeline);
  const named = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (named === undefined)
    throw new FlotillaError("SELECTION_UNKNOWN", `there is no selection ${name}`, {
      place: { name },
      mend: `the pipeline has ${selections.join(", ")}.${didYouMean(name, selections)}`,
    });
  const conditions = request.where.map(parseWhere);
  const rows = keepScenarios(
    selectScenarios(set, named, ...(conditions.length === 0 ? [] : [{ type: "where", conditions } as const])),
    set,
    request.scenarios,
  );
  const selection = { name, ...coverageOf(set, rows), narrowed: [...request.where, ...request.scenarios] };
  return { chosen: selectRows(set, rows), selection, selections };
}

export function defaultSelection({ defaultSelection: named }: PipelineDeclaration): string {
  return named ?? "all";
}

/** Of these rows, those that one of the keys names; a key that lacks some dimensions names all scenarios that it fits. */
function keepScenarios(rows: Int32Array, set: ScenarioSet, keys: readonly string[]): Int32Array {
  if (keys.length === 0) return rows;
  const wanted = new Uint8Array(set.size);
  for (const key of keys) for (const row of selectScenarios(set, selectionOf(parseKey(key), set))) wanted[row] = 1;
  const kept = rows.filter((row) => wanted[row] === 1);
  if (kept.length > 0) return kept;
  throw new FlotillaError("SCENARIOS_EMPTY", `none of the scenarios asked for is in the selection: ${keys.join(" ")}`, {
    mend: "ask for others, or choose a larger selection with --select",
  });
}

function selectionOf(key: Readonly<Record<string, string>>, set: ScenarioSet): Selection {
  const dimensions = dimensionsOf(set).map(({ name }) => name);
  const unknown = Object.keys(key).find((name) => !dimensions.includes(name));
  if (unknown !== undefined) throw unknownColumn("dimension", unknown, dimensions);
  if (dimensions.every((name) => Object.hasOwn(key, name))) return { type: "rows", keys: [key] };
  return {
    type: "where",
    conditions: Object.entries(key).map(([column, value]) => ({ column, operator: "=", values: [value] })),
  };
}
