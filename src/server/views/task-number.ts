import { FlotillaError } from "../../core/errors.ts";
import { columnTypeOf, type OutputColumn } from "./output-column.ts";
import type { Needs } from "./read-view.ts";
import { durationOf, type StepView } from "./step-view.ts";

/** What the tasks of a step can be measured by: `duration`, `attempts`, `output:NAME`. */
export type Measure = { readonly type: "duration" | "attempts" } | { readonly type: "output"; readonly name: string };

/** Throws `USAGE` for a measure that the step does not have. */
export function parseMeasure({ planned }: StepView, by: string): Measure {
  if (by === "duration" || by === "attempts") return { type: by };
  if (by.startsWith("output:")) {
    const name = by.slice("output:".length);
    const type = columnTypeOf(planned, name);
    if (type === "number" || type === "boolean") return { type: "output", name };
  }
  const known = ["state", "duration", "attempts", ...numberOutputs(planned.outputs).map((name) => `output:${name}`)];
  throw new FlotillaError(
    "USAGE",
    `tasks of ${JSON.stringify(planned.name)} cannot be coloured by ${JSON.stringify(by)}`,
    {
      place: { step: planned.name, name: by },
      mend: `there is ${known.join(", ")}`,
    },
  );
}

export function numberOutputs(outputs: StepView["planned"]["outputs"]): string[] {
  return Object.entries(outputs)
    .filter(([, { type }]) => type === "number" || type === "boolean")
    .map(([name]) => name);
}

export function needsOf(step: StepView, measure: Measure): Needs {
  return measure.type === "output" ? { outputs: [{ step: step.shape.index, name: measure.name }] } : {};
}

/** The number of each task; NaN where there is none. */
export function numbersOf(step: StepView, measure: Measure): (task: number) => number {
  switch (measure.type) {
    case "duration":
      return (task) => durationOf(step, task);
    case "attempts":
      return (task) => (step.attempts[task] === 0 ? Number.NaN : step.attempts[task]!);
    case "output": {
      const column: OutputColumn | undefined = step.outputs.get(measure.name);
      if (column === undefined || column.type === "string") return () => Number.NaN;
      const { values } = column;
      return (task) => values[task]!;
    }
  }
}
