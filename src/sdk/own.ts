import type { OwnPreviousRef } from "./declarations.ts";

/**
 * An output of the step itself, at the value before its own along an ordered dimension; null at the first. So a model
 * goes on from the one of the period before:
 *
 *     step("train", { by: ["period"], inputs: { before: own("model").previous("period") }, outputs: { model: file("model.pkl") }, … })
 */
export function own<const Output extends string>(
  output: Output,
): { previous<const Along extends string>(dimension: Along): OwnPreviousRef<Output, Along> } {
  return Object.freeze({
    previous: <const Along extends string>(dimension: Along): OwnPreviousRef<Output, Along> =>
      Object.freeze({ kind: "own-previous-ref", output, dimension }),
  });
}
