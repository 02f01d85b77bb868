import type { Input, Plan, PlanStep, Scalar, ScenarioTable } from "../../src/core/plan.ts";

/** A plan step with the defaults of the SDK; tests name only what matters to them. */
export function planStep(name: string, by: readonly string[], over: Partial<PlanStep> = {}): PlanStep {
  return {
    name,
    by,
    work: { type: "python", module: "m", function: "f", environment: { type: "interpreter", python: "python3" } },
    inputs: {},
    outputs: { score: { type: "json" } },
    after: [],
    on: "local",
    resources: { all: { cpu: 1 } },
    pools: {},
    priority: { all: 0 },
    retry: { rules: {} },
    ...over,
  };
}

/** The `score` of another step as an input. */
export function from(step: string, over: Partial<Extract<Input, { type: "output" }>> = {}): Input {
  return { type: "output", step, output: "score", ...over };
}

/** Every combination of the dimensions' values. */
export function grid(dimensions: Readonly<Record<string, readonly Scalar[]>>): ScenarioTable {
  const names = Object.keys(dimensions);
  const size = names.reduce((product, name) => product * dimensions[name]!.length, 1);
  let repeat = size;
  const columns = names.map((name) => {
    const values = dimensions[name]!;
    repeat /= values.length;
    const each = repeat;
    return {
      name,
      role: "dimension" as const,
      ordered: true,
      values,
      codes: Array.from({ length: size }, (_, row) => Math.floor(row / each) % values.length),
    };
  });
  return { size, columns };
}

export function planOf(scenarios: ScenarioTable, steps: readonly PlanStep[], over: Partial<Plan> = {}): Plan {
  return {
    format: 1,
    pipeline: "test",
    params: {},
    paramsSchema: {},
    selection: {
      name: "all",
      scenarios: scenarios.size,
      of: scenarios.size,
      coverage: [],
      pairs: { covered: 0, of: 0 },
      narrowed: [],
    },
    scenarios,
    steps,
    leftOut: [],
    failFast: false,
    pools: {},
    source: "",
    ...over,
  };
}
