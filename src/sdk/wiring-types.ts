import type { OutputType } from "../core/plan.ts";
import type {
  CollectedRef,
  ContainerDeclaration,
  OutputRef,
  OwnPreviousRef,
  PreviousRef,
  ShellDeclaration,
  WordRef,
} from "./declarations.ts";

/**
 * An input that does not fit is given a type that nothing has and that reads like a sentence: it is what the editor
 * shows behind "is not assignable to".
 */
export type CheckInputs<Inputs, By extends string, Outputs, Ordered extends string> = {
  readonly [Name in keyof Inputs]: CheckInput<Inputs[Name], By, Outputs, Ordered>;
};

type CheckInput<Input, By extends string, Outputs, Ordered extends string> =
  Input extends OwnPreviousRef<infer Output, infer Along>
    ? Output extends keyof Outputs
      ? CheckAlong<Input, Along, By & Ordered>
      : `this step has no output ${Output}`
    : Input extends PreviousRef<OutputType, infer Dimension, infer Along>
      ? CheckCovered<CheckAlong<Input, Along, By>, Dimension, By>
      : Input extends CollectedRef
        ? Input
        : Input extends OutputRef<OutputType, infer Dimension>
          ? CheckCovered<Input, Dimension, By>
          : Input;

type CheckCovered<Input, Dimension extends string, By extends string> = [Exclude<Dimension, By>] extends [never]
  ? Input
  : `its step varies by ${Exclude<Dimension, By>} and this one does not: read it with .collect()`;

type CheckAlong<Input, Along extends string, By extends string> = [Along] extends [By]
  ? Input
  : `previous("${Along}") needs a step that varies by it, and a dimension that is ordered`;

/** A command may refer to what its step has. References whose names are computed are left to the planner. */
export type CheckWork<Work, Input, Output, By> = Work extends
  | ShellDeclaration<infer Refs>
  | ContainerDeclaration<infer Refs>
  ? WordRef extends Refs
    ? Work
    : [Exclude<Refs, Known<Input, Output, By>>] extends [never]
      ? Work
      : `this step has no ${InWords<Exclude<Refs, Known<Input, Output, By>>>}`
  : Work;

type Known<Input, Output, By> =
  | WordRef<"input", Input & string>
  | WordRef<"output", Output & string>
  | WordRef<"dimension", By & string>;
type InWords<Refs> = Refs extends WordRef<infer Of, infer Name> ? `${Of} ${Name}` : never;
