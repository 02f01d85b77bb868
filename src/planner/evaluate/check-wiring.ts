import { didYouMean } from "../../core/closest.ts";
import type { ScenarioColumn } from "../../core/scenario-set.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";
import { readsOf } from "./reads.ts";
import { refuseStep } from "./refuse-step.ts";

/** What a step reads or comes after must be there, in the form in which it asks for it. Throws `WIRING_INVALID`. */
export function checkWiring(
  step: StepDeclaration,
  byName: ReadonlyMap<string, StepDeclaration>,
  dimensions: readonly ScenarioColumn[],
): void {
  for (const { writer: name, output, input, form, atLeast, along } of readsOf(step)) {
    const writer = byName.get(name);
    const what = input === undefined ? `comes after ${name}` : `reads ${name}.${output} as ${input}`;
    if (writer === undefined)
      refuseStep(
        step,
        "WIRING_INVALID",
        `${what}, and there is no such step`,
        `name a step of this pipeline.${didYouMean(name, byName.keys())}`,
      );
    const outputs = Object.keys(writer.options.outputs ?? {});
    if (output !== undefined && !outputs.includes(output))
      refuseStep(
        step,
        "WIRING_INVALID",
        `${what}, which nobody writes`,
        `${name} has ${outputs.join(", ") || "no outputs"}.${didYouMean(output, outputs)}`,
      );
    if (atLeast !== undefined && !(atLeast > 0 && atLeast <= 1))
      refuseStep(step, "WIRING_INVALID", `${what} with atLeast ${atLeast}`, "atLeast is a fraction: over 0, at most 1");
    const lost = (writer.options.by ?? []).filter((dimension) => !(step.options.by ?? []).includes(dimension));
    if (form === "single" && lost.length > 0)
      refuseStep(
        step,
        "WIRING_INVALID",
        `${what}, but does not vary by ${lost.join(", ")}: there are many`,
        `collect them with .collect(), or add ${lost.join(", ")} to the step's \`by\``,
      );
    if (along !== undefined && dimensions.find((dimension) => dimension.name === along)?.ordered !== true)
      refuseStep(
        step,
        "WIRING_INVALID",
        `${what} along ${along}, which has no order`,
        `declare the dimension with ordered(${JSON.stringify(along)}), or with the list of its values in order`,
      );
    if (along !== undefined && !(writer.options.by ?? []).includes(along))
      refuseStep(
        step,
        "WIRING_INVALID",
        `${what} along ${along}, but ${name} does not vary by it`,
        `add ${along} to the \`by\` of ${name}`,
      );
    if (form === "previous" && lost.length > 0)
      refuseStep(
        step,
        "WIRING_INVALID",
        `${what} (previous), but does not vary by ${lost.join(", ")}`,
        `add ${lost.join(", ")} to the step's \`by\``,
      );
  }
}
