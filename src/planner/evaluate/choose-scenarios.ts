import { didYouMean } from "../../core/closest.ts";
import { coverageOf } from "../../core/coverage.ts";
import { FlotillaError } from "../../core/errors.ts";
import { parseKey } from "../../core/key.ts";
import type { PlanSelection } from "../../core/plan.ts";
import { type ScenarioSet, selectRows } from "../../core/scenario-set.ts";
import { type Selection, selectScenarios } from "../../core/selection.ts";
import { parseWhere } from "../../core/where.ts";
import type { PipelineDeclaration } from "../../sdk/declarations.ts";
import type { EvaluationRequest } from "../messages.ts";

/** The scenarios that a plan is made for: a named selection, narrowed by filters and keys. */
export function chooseScenarios(pipeline: PipelineDeclaration, set: ScenarioSet, request: EvaluationRequest): { chosen: ScenarioSet; selection: PlanSelection; selections: string[] } {
  const declared: Record<string, Selection> = { all: { type: "all" } };
  for (const [name, { selection }] of Object.entries(pipeline.selections)) declared[name] = selection;
  const selections = Object.keys(declared);
  const name = request.select ?? pipeline.defaultSelection ?? "all";
  const named = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (named === undefined)
    throw new FlotillaError("SELECTION_UNKNOWN", `there is no selection ${name}`, { place: { name }, mend: `the pipeline has ${selections.join(", ")}.${didYouMean(name, selections)}` });
  const rows = selectScenarios(set, named, ...narrowing(request));
  const selection = { name, ...coverageOf(set, rows), narrowed: [...request.where, ...request.scenarios] };
  return { chosen: selectRows(set, rows), selection, selections };
}

function narrowing({ where, scenarios }: EvaluationRequest): Selection[] {
  const filters: Selection[] = where.length === 0 ? [] : [{ type: "where", conditions: where.map(parseWhere) }];
  return scenarios.length === 0 ? filters : [...filters, { type: "rows", keys: scenarios.map(parseKey) }];
}
