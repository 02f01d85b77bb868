import { type ErrorCode, FlotillaError, type Place } from "../../core/errors.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";

type Declared = Pick<StepDeclaration, "name" | "at">;

/** Throws for a step, with its place. */
export function refuseStep(step: Declared, code: ErrorCode, what: string, mend: string): never {
  throw new FlotillaError(code, `step ${step.name} ${what}`, { place: placeOfStep(step), mend });
}

/** The step, and the file and line of its declaration where they are known. */
export function placeOfStep({ name, at }: Declared): Place {
  const [, file, line] = /^(.*):(\d+)$/.exec(at ?? "") ?? [];
  return { step: name, ...(file === undefined ? {} : { file, line: Number(line) }) };
}
