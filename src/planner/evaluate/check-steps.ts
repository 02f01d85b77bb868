import { isAbsolute, normalize } from "node:path";
import { didYouMean } from "../../core/closest.ts";
import { type ErrorCode, FlotillaError } from "../../core/errors.ts";
import { dimensionsOf, type ScenarioSet } from "../../core/scenario-set.ts";
import type { PipelineDeclaration, StepDeclaration } from "../../sdk/declarations.ts";
import { readsOf } from "./reads.ts";

const namePattern = /^[a-z][a-zA-Z0-9_-]{0,62}$/;
const identifierPattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Refuses what is declared wrongly, with the place of the declaration and what to do about it. */
export function checkSteps(pipeline: PipelineDeclaration, steps: readonly StepDeclaration[], set: ScenarioSet): void {
  if (steps.length === 0)
    throw new FlotillaError("STEP_INVALID", `the pipeline ${pipeline.name} has no steps with these parameters`, { mend: "declare at least one with step()" });
  const byName = new Map<string, StepDeclaration>();
  for (const step of steps) {
    checkName(step, byName);
    byName.set(step.name, step);
  }
  const dimensions = dimensionsOf(set).map(({ name }) => name);
  for (const step of steps) {
    checkDimensions(step, dimensions);
    checkOutputs(step);
    checkPools(step, pipeline.pools);
    for (const input of Object.keys(step.options.inputs ?? {}))
      if (!identifierPattern.test(input)) refuseStep(step, "STEP_INVALID", `has an input called ${JSON.stringify(input)}`, "input names are identifiers: letters, digits and _");
    checkWiring(step, byName);
  }
}

/** Throws for a step, with its place. */
export function refuseStep(step: Pick<StepDeclaration, "name" | "at">, code: ErrorCode, what: string, mend: string): never {
  const [, file, line] = /^(.*):(\d+)$/.exec(step.at ?? "") ?? [];
  const place = { step: step.name, ...(file === undefined ? {} : { file, line: Number(line) }) };
  throw new FlotillaError(code, `step ${step.name} ${what}`, { place, mend });
}

function checkName(step: StepDeclaration, known: ReadonlyMap<string, StepDeclaration>): void {
  if (!namePattern.test(step.name)) refuseStep(step, "STEP_INVALID", "has a name that cannot be used", "begin with a small letter; then letters, digits, - and _, 63 in all at most");
  const other = known.get(step.name);
  if (other !== undefined) refuseStep(step, "STEP_DUPLICATE", `is declared twice, first at ${other.at ?? "another place"}`, "give one of them another name");
}

function checkDimensions(step: StepDeclaration, dimensions: readonly string[]): void {
  for (const name of step.options.by ?? [])
    if (!dimensions.includes(name)) refuseStep(step, "DIMENSION_UNKNOWN", `varies by ${name}, which is no dimension of the scenarios`, `there are ${dimensions.join(", ")}.${didYouMean(name, dimensions)}`);
}

function checkOutputs(step: StepDeclaration): void {
  const paths = new Set<string>();
  for (const [name, { path }] of Object.entries(step.options.outputs ?? {})) {
    if (!identifierPattern.test(name)) refuseStep(step, "STEP_INVALID", `has an output called ${JSON.stringify(name)}`, "output names are identifiers: letters, digits and _");
    if (path === undefined) continue;
    const clean = normalize(path);
    if (path === "" || isAbsolute(path) || clean.startsWith("..") || clean === "." || path.includes("\0"))
      refuseStep(step, "STEP_INVALID", `writes its output ${name} to ${JSON.stringify(path)}, outside of its folder`, "name a path within the folder of outputs, such as model.pkl");
    if (paths.has(clean)) refuseStep(step, "STEP_INVALID", `writes two outputs to ${path}`, "give each output a path of its own");
    paths.add(clean);
  }
}

function checkPools(step: StepDeclaration, pools: Readonly<Record<string, number>>): void {
  for (const [name, units] of Object.entries(step.options.pools ?? {})) {
    const capacity = pools[name];
    if (capacity === undefined) refuseStep(step, "STEP_INVALID", `takes from the pool ${name}, which the pipeline does not have`, `declare it: pools: { ${name}: 4 }`);
    if (!(units > 0) || units > capacity) refuseStep(step, "STEP_INVALID", `takes ${units} of the pool ${name}, which has ${capacity}`, "take at least one and at most what there is");
  }
}

function checkWiring(step: StepDeclaration, byName: ReadonlyMap<string, StepDeclaration>): void {
  for (const { writer: name, output, input, form, atLeast } of readsOf(step)) {
    const writer = byName.get(name);
    const what = input === undefined ? `comes after ${name}` : `reads ${name}.${output} as ${input}`;
    if (writer === undefined) refuseStep(step, "WIRING_INVALID", `${what}, and there is no such step`, "declare the step first, in the same call of the build function");
    const outputs = Object.keys(writer.options.outputs ?? {});
    if (output !== undefined && !outputs.includes(output)) refuseStep(step, "WIRING_INVALID", `${what}, which nobody writes`, `${name} has ${outputs.join(", ") || "no outputs"}.${didYouMean(output, outputs)}`);
    if (atLeast !== undefined && !(atLeast > 0 && atLeast <= 1)) refuseStep(step, "WIRING_INVALID", `${what} with atLeast ${atLeast}`, "atLeast is a fraction: over 0, at most 1");
    const lost = (writer.options.by ?? []).filter((dimension) => !(step.options.by ?? []).includes(dimension));
    if (form === "single" && lost.length > 0)
      refuseStep(step, "WIRING_INVALID", `${what}, but does not vary by ${lost.join(", ")}: there are many`, `collect them with .collect(), or add ${lost.join(", ")} to the step's \`by\``);
    if (form === "previous" && lost.length > 0) refuseStep(step, "WIRING_INVALID", `${what} (previous), but does not vary by ${lost.join(", ")}`, `add ${lost.join(", ")} to the step's \`by\``);
  }
}
