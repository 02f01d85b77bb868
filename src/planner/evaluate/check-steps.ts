import { isAbsolute, normalize } from "node:path";
import { didYouMean } from "../../core/closest.ts";
import { FlotillaError } from "../../core/errors.ts";
import { dimensionsOf, type ScenarioColumn, type ScenarioSet } from "../../core/scenario-set.ts";
import type { PipelineDeclaration, StepDeclaration, StepOptionsData } from "../../sdk/declarations.ts";
import { readsOf } from "./reads.ts";
import { refuseStep } from "./refuse-step.ts";

/** What names of pipelines and steps look like: they become parts of paths, of commands, and of names on platforms. */
export const namePattern = /^[a-z][a-zA-Z0-9_-]{0,62}$/;
const identifierPattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Refuses what is declared wrongly, with the place of the declaration and what to do about it. */
export function checkSteps(pipeline: PipelineDeclaration, steps: readonly StepDeclaration[], set: ScenarioSet): void {
  if (steps.length === 0)
    throw new FlotillaError("STEP_INVALID", `the pipeline ${pipeline.name} has no steps with these parameters`, {
      mend: "declare at least one with step()",
    });
  const byName = new Map<string, StepDeclaration>();
  for (const step of steps) {
    checkName(step, byName);
    byName.set(step.name, step);
  }
  const dimensions = dimensionsOf(set);
  for (const step of steps) {
    checkOptions(step);
    checkDimensions(
      step,
      dimensions.map(({ name }) => name),
    );
    checkOutputs(step);
    checkInputNames(step);
    checkPools(step, pipeline.pools);
    const { concurrency } = step.options;
    if (concurrency !== undefined && !isCount(concurrency))
      refuseStep(step, "STEP_INVALID", `has a concurrency of ${concurrency}`, "give a whole number of at least 1");
    checkWiring(step, byName, dimensions);
  }
}

/** A whole number of at least 1. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function checkName(step: StepDeclaration, known: ReadonlyMap<string, StepDeclaration>): void {
  if (!namePattern.test(step.name))
    refuseStep(
      step,
      "STEP_INVALID",
      "has a name that cannot be used",
      "begin with a small letter; then letters, digits, - and _, 63 in all at most",
    );
  const other = known.get(step.name);
  if (other !== undefined)
    refuseStep(
      step,
      "STEP_DUPLICATE",
      `is declared twice, first at ${other.at ?? "another place"}`,
      "give one of them another name",
    );
}

const knownOptions: Record<keyof StepOptionsData, true> = {
  by: true,
  run: true,
  inputs: true,
  outputs: true,
  after: true,
  on: true,
  resources: true,
  environment: true,
  retry: true,
  timeout: true,
  pools: true,
  priority: true,
  concurrency: true,
  description: true,
};

/** For those who write JavaScript, or look away when the editor complains. */
function checkOptions(step: StepDeclaration): void {
  for (const name of Object.keys(step.options))
    if (!Object.hasOwn(knownOptions, name))
      refuseStep(
        step,
        "STEP_INVALID",
        `has the option ${name}, which there is not`,
        `there are ${Object.keys(knownOptions).join(", ")}.${didYouMean(name, Object.keys(knownOptions))}`,
      );
  if (step.options.run?.kind !== "work")
    refuseStep(
      step,
      "STEP_INVALID",
      "has nothing to run",
      'say what it runs: run: python("package.module:function"), node(…), shell(…) or noop()',
    );
}

function checkDimensions(step: StepDeclaration, dimensions: readonly string[]): void {
  const by = step.options.by ?? [];
  const twice = by.find((name, index) => by.indexOf(name) !== index);
  if (twice !== undefined) refuseStep(step, "STEP_INVALID", `varies by ${twice} twice`, "name each dimension once");
  for (const name of by)
    if (!dimensions.includes(name))
      refuseStep(
        step,
        "DIMENSION_UNKNOWN",
        `varies by ${name}, which is no dimension of the scenarios`,
        `there are ${dimensions.join(", ")}.${didYouMean(name, dimensions)}`,
      );
}

function checkOutputs(step: StepDeclaration): void {
  const paths = new Set<string>();
  for (const [name, output] of Object.entries(step.options.outputs ?? {})) {
    if (output?.kind !== "output")
      refuseStep(
        step,
        "STEP_INVALID",
        `declares its output ${name} as ${JSON.stringify(output)}`,
        'declare it with file("…"), folder("…"), number(), string(), boolean() or json()',
      );
    const { path } = output;
    if (!identifierPattern.test(name))
      refuseStep(
        step,
        "STEP_INVALID",
        `has an output called ${JSON.stringify(name)}`,
        "output names are identifiers: letters, digits and _",
      );
    if (path === undefined) continue;
    const clean = normalize(path);
    if (path === "" || isAbsolute(path) || clean.startsWith("..") || clean === "." || path.includes("\0"))
      refuseStep(
        step,
        "STEP_INVALID",
        `writes its output ${name} to ${JSON.stringify(path)}, outside of its folder`,
        "name a path within the folder of outputs, such as model.pkl",
      );
    const other = [...paths].find(
      (known) => known === clean || known.startsWith(`${clean}/`) || clean.startsWith(`${known}/`),
    );
    if (other !== undefined)
      refuseStep(
        step,
        "STEP_INVALID",
        other === clean
          ? `writes two outputs to ${path}`
          : `writes one output inside of another: ${other} and ${clean}`,
        "give each output a path of its own",
      );
    paths.add(clean);
  }
}

/** Dimensions, inputs and paths of outputs are the arguments of one function: each name stands for one of them. */
function checkInputNames(step: StepDeclaration): void {
  const { inputs = {}, outputs = {}, by = [] } = step.options;
  for (const input of Object.keys(inputs)) {
    if (!identifierPattern.test(input))
      refuseStep(
        step,
        "STEP_INVALID",
        `has an input called ${JSON.stringify(input)}`,
        "input names are identifiers: letters, digits and _",
      );
    if (by.includes(input))
      refuseStep(
        step,
        "STEP_INVALID",
        `has an input called ${input}, as its dimension is`,
        "give the input another name",
      );
    if (outputs[input]?.path !== undefined)
      refuseStep(step, "STEP_INVALID", `has an input and an output called ${input}`, "give one of them another name");
  }
}

function checkPools(step: StepDeclaration, pools: Readonly<Record<string, number>>): void {
  for (const [name, units] of Object.entries(step.options.pools ?? {})) {
    const capacity = Object.hasOwn(pools, name) ? pools[name] : undefined;
    if (capacity === undefined)
      refuseStep(
        step,
        "STEP_INVALID",
        `takes from the pool ${name}, which the pipeline does not have`,
        `declare it: pools: { ${name}: 4 }`,
      );
    if (!isCount(units) || units > capacity)
      refuseStep(
        step,
        "STEP_INVALID",
        `takes ${units} of the pool ${name}, which has ${capacity}`,
        "take a whole number, at least one and at most what there is",
      );
  }
}

function checkWiring(
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
