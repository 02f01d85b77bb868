import { isAbsolute, normalize } from "node:path";
import { containerValuesFile } from "../../core/plan.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";
import { refuseStep } from "./refuse-step.ts";

const identifierPattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Dimensions, inputs and paths of outputs are the arguments of one function: each name stands for one of them, and each
 * path lies within the folder of outputs, apart from the others. Throws `STEP_INVALID`.
 */
export function checkArguments(step: StepDeclaration): void {
  checkOutputs(step);
  checkInputNames(step);
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
    if (step.options.run?.type === "container" && clean.split("/")[0] === containerValuesFile)
      refuseStep(
        step,
        "STEP_INVALID",
        `writes its output ${name} to ${path}, where a container step writes its values`,
        "give it another path",
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
