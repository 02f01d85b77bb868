import { FlotillaError } from "../../core/errors.ts";
import type { PlanStep } from "../../core/plan.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";
import { placeOfStep } from "./refuse-step.ts";

/**
 * The steps in an order in which each stands after what it reads; apart from that, as declared. A step may read itself
 * along an ordered dimension. Throws `STEP_CYCLE`, names the circle and the place where its first step is declared.
 */
export function orderSteps(steps: readonly PlanStep[], declared: readonly StepDeclaration[]): PlanStep[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const ordered = new Set<PlanStep>();
  const path: string[] = [];
  const visit = (step: PlanStep): void => {
    if (ordered.has(step)) return;
    const at = path.indexOf(step.name);
    if (at !== -1) throw circle([...path.slice(at), step.name], declared);
    path.push(step.name);
    for (const name of neededBy(step)) if (name !== step.name) visit(byName.get(name)!);
    path.pop();
    ordered.add(step);
  };
  for (const step of steps) visit(step);
  return [...ordered];
}

function neededBy(step: PlanStep): string[] {
  const inputs = Object.values(step.inputs).flatMap((input) => (input.type === "output" ? [input.step] : []));
  return [...inputs, ...step.after.map(({ step: name }) => name)];
}

function circle(names: readonly string[], declared: readonly StepDeclaration[]): FlotillaError {
  const first = declared.find(({ name }) => name === names[0])!;
  return new FlotillaError("STEP_CYCLE", `steps wait for each other: ${names.join(" needs ")}`, {
    place: placeOfStep(first),
    mend: "take one of these inputs away",
  });
}
