import type { z } from "zod";
import type { coverage, dimension, leftOut, planEdge, planStep } from "../../api/schemas/run.ts";
import { describeCoverage } from "../../core/coverage.ts";
import type { Plan } from "../../core/plan.ts";
import type { KnownPlan } from "./plan-book.ts";
import { needsInWords } from "./needs-in-words.ts";
import { workInWords } from "./work-in-words.ts";

/** The steps of a plan: what each is, the same for every run of it. */
export function describeSteps({ plan, topology }: KnownPlan): z.output<typeof planStep>[] {
  return plan.steps.map((step, index) => ({
    name: step.name,
    ...(step.description === undefined ? {} : { description: step.description }),
    by: [...step.by],
    work: workInWords(step.work),
    kind: step.work.type,
    on: step.on,
    ...(step.lastAttemptOn === undefined ? {} : { lastAttemptOn: step.lastAttemptOn }),
    needs: needsInWords(step),
    tasks: topology.steps[index]!.size,
    outputs: Object.entries(step.outputs).map(([name, { type }]) => ({ name, type })),
  }));
}

export function describeEdges({ topology }: Pick<KnownPlan, "topology">): z.output<typeof planEdge>[] {
  return topology.edges.map(({ from, to, kind, input, needs, atLeast, pairs }) => ({
    from: topology.steps[from]!.name,
    to: topology.steps[to]!.name,
    kind,
    ...(input === undefined ? {} : { input }),
    needs,
    atLeast,
    pairs,
  }));
}

export function describeSelection({ selection }: Plan): z.output<typeof coverage> {
  const { name, scenarios, of, narrowed } = selection;
  return { name, scenarios, of, inWords: describeCoverage(selection), narrowed: [...narrowed] };
}

export function describeDimensions({ scenarios }: Plan): z.output<typeof dimension>[] {
  return scenarios.columns.map(({ name, role, ordered = false, values }) => ({
    name,
    role,
    ordered,
    values: values.length,
  }));
}

export function describeLeftOut(plan: Plan): z.output<typeof leftOut>[] {
  return plan.leftOut.map(({ step, reason }) => ({ step, reason }));
}
