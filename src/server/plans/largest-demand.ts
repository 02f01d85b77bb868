import { demandOfStep } from "../../core/admission.ts";
import type { PlanStep, Resources } from "../../core/plan.ts";

/** The most that a task of a step holds while an attempt of it is alive, by pool, as the plan says. */
export function largestDemand(step: PlanStep): Record<string, number> {
  return demandOfStep(step, "all" in step.resources ? step.resources.all : step.resources.values.reduce(larger));
}

function larger(a: Resources, b: Resources): Resources {
  const [memoryBytes, gpu] = [most(a.memoryBytes, b.memoryBytes), most(a.gpu, b.gpu)];
  return {
    cpu: Math.max(a.cpu, b.cpu),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(gpu === undefined ? {} : { gpu }),
  };
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
