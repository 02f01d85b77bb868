import { canonicalJson, type Json } from "../../core/json.ts";
import type { PerTask, Scalar } from "../../core/plan.ts";
import { makeProjections } from "../../core/projections.ts";
import { scenarioAt, type ScenarioSet } from "../../core/scenario-set.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";

type ScenarioFunction<T> = (given: { scenario: Readonly<Record<string, Scalar | null>>; key: Readonly<Record<string, Scalar>> }) => T;

/**
 * A value for every task: fixed, or by a function of its scenario, evaluated here and stored once per distinct value.
 * A task that stands for several scenarios is given the first of them, and only what they have in common: a label or
 * dimension that varies among them is left out, so that nothing depends on the order of rows.
 */
export function perTask<Declared, Planned>(
  { by, scenarios }: { step: StepDeclaration; by: readonly string[]; scenarios: ScenarioSet },
  declared: Declared | ScenarioFunction<Declared>,
  plan: (declared: Declared) => Planned,
): PerTask<Planned> {
  if (typeof declared !== "function") return { all: plan(declared) };
  const { size, firstRow, taskOfRow } = makeProjections(scenarios).on(by);
  const common = commonColumns(scenarios, { size, firstRow, taskOfRow });
  const values: Planned[] = [];
  const indexOf = new Map<string, number>();
  const of: number[] = [];
  for (let task = 0; task < size; task++) {
    const scenario = Object.fromEntries(Object.entries(scenarioAt(scenarios, firstRow[task]!)).filter(([name]) => common.get(name)![task] === 1));
    const key = Object.fromEntries(by.map((name) => [name, scenario[name] as Scalar]));
    const planned = plan((declared as ScenarioFunction<Declared>)({ scenario, key }));
    const text = canonicalJson(planned as unknown as Json);
    if (!indexOf.has(text)) indexOf.set(text, values.push(planned) - 1);
    of.push(indexOf.get(text)!);
  }
  return values.length === 1 ? { all: values[0]! } : { values, of };
}

/** For each column and task, whether all scenarios of the task agree in it. */
function commonColumns(scenarios: ScenarioSet, tasks: { size: number; firstRow: ArrayLike<number>; taskOfRow: ArrayLike<number> }): Map<string, Uint8Array> {
  return new Map(
    scenarios.columns.map(({ name, codes }) => {
      const agrees = new Uint8Array(tasks.size).fill(1);
      for (let row = 0; row < scenarios.size; row++) {
        const task = tasks.taskOfRow[row]!;
        if (codes[row] !== codes[tasks.firstRow[task]!]) agrees[task] = 0;
      }
      return [name, agrees];
    }),
  );
}
