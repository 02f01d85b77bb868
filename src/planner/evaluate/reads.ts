import type { CollectedRef, InputDeclaration, OutputRef, PreviousRef, StepDeclaration, StepRef } from "../../sdk/declarations.ts";

/** One thing that a step needs of another. */
export interface Read {
  readonly writer: string;
  /** Undefined for a pure `after`. */
  readonly output?: string;
  readonly input?: string;
  readonly form: "single" | "collection" | "previous" | "after";
  readonly atLeast?: number;
  readonly outcome?: "succeeded" | "done";
}

/** All that a step needs of others: inputs in the order of their declaration, then `after`. */
export function readsOf(step: StepDeclaration): Read[] {
  const inputs = Object.entries(step.options.inputs ?? {}).flatMap(([input, declared]): Read[] => {
    if (!isRef(declared)) return [];
    const { step: writer, output } = declared;
    if (declared.kind === "collected-ref") return [{ writer, output, input, form: "collection", atLeast: declared.atLeast }];
    return [{ writer, output, input, form: declared.kind === "previous-ref" ? "previous" : "single" }];
  });
  const after = [step.options.after ?? []].flat().map((one): Read => {
    const { step: ref, outcome } = "kind" in (one as object) ? { step: one as StepRef, outcome: "succeeded" as const } : (one as { step: StepRef; outcome: "succeeded" | "done" });
    return { writer: ref.name, form: "after", outcome };
  });
  return [...inputs, ...after];
}

export function isRef(declared: InputDeclaration): declared is OutputRef | CollectedRef | PreviousRef {
  if (typeof declared !== "object" || declared === null || !("kind" in declared)) return false;
  return declared.kind === "output-ref" || declared.kind === "collected-ref" || declared.kind === "previous-ref";
}
