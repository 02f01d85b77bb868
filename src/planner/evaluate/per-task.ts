import { canonicalJson, type Json } from "../../core/json.ts";
import type { PerTask } from "../../core/plan.ts";
import { makeProjections } from "../../core/projections.ts";
import type { ScenarioSet } from "../../core/scenario-set.ts";
import type { ScenarioFunction } from "../../sdk/declarations.ts";
import { makeTaskView } from "./task-view.ts";

/** A value for every task: fixed, or by a function of its scenario, evaluated here and stored once per distinct value. */
export function perTask<Declared extends object | number, Planned>(
  { step, by, scenarios }: { step: string; by: readonly string[]; scenarios: ScenarioSet },
  declared: Declared | ScenarioFunction<Declared>,
  plan: (declared: Declared) => Planned,
): PerTask<Planned> {
  if (typeof declared !== "function") return { all: plan(declared) };
  const tasks = makeProjections(scenarios).on(by);
  const view = makeTaskView(step, scenarios, tasks);
  const interned = makeInterning(plan);
  const of = Array.from({ length: tasks.size }, (_, task) => interned.add(declared(view.at(task))));
  return interned.values.length === 1 ? { all: interned.values[0]! } : { values: interned.values, of };
}

/** Planned values once each. What is declared in the same words is planned once: a million tasks have few different needs. */
function makeInterning<Declared, Planned>(
  plan: (declared: Declared) => Planned,
): { values: readonly Planned[]; add(declared: Declared): number } {
  const values: Planned[] = [];
  const byDeclared = new Map<string, number>();
  const byPlanned = new Map<string, number>();
  return {
    values,
    add(declared) {
      const words = JSON.stringify(declared);
      const known = byDeclared.get(words);
      if (known !== undefined) return known;
      const planned = plan(declared);
      const text = canonicalJson(planned as unknown as Json);
      if (!byPlanned.has(text)) byPlanned.set(text, values.push(planned) - 1);
      byDeclared.set(words, byPlanned.get(text)!);
      return byPlanned.get(text)!;
    },
  };
}
