import type {
  AfterDeclaration,
  CollectedRef,
  InputDeclaration,
  OutputRef,
  PreviousRef,
  StepDeclaration,
  StepName,
} from "../../sdk/declarations.ts";

/** One thing that a step needs of another. */
export interface Read {
  readonly writer: string;
  /** The dimension of `.previous()`. */
  readonly along?: string;
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
    if (declared.kind === "collected-ref")
      return [{ writer, output, input, form: "collection", atLeast: declared.atLeast }];
    if (declared.kind === "previous-ref")
      return [{ writer, output, input, form: "previous", along: declared.dimension }];
    return [{ writer, output, input, form: "single" }];
  });
  return [...inputs, ...[step.options.after ?? []].flat().map(afterOf)];
}

function afterOf(declared: AfterDeclaration): Read {
  if (typeof declared === "object" && "outcome" in declared)
    return { writer: nameOf(declared.step), form: "after", outcome: declared.outcome };
  return { writer: nameOf(declared), form: "after", outcome: "succeeded" };
}

function nameOf(step: StepName): string {
  return typeof step === "string" ? step : step.name;
}

export function isRef(declared: InputDeclaration): declared is OutputRef | CollectedRef | PreviousRef {
  if (typeof declared !== "object" || declared === null || !("kind" in declared)) return false;
  return declared.kind === "output-ref" || declared.kind === "collected-ref" || declared.kind === "previous-ref";
}
