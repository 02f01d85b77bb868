import { relative, resolve } from "node:path";
import type { PythonEnvironment, ShellWord, Work } from "../../core/plan.ts";
import type {
  EnvironmentDeclaration,
  EnvironmentOptions,
  StepDeclaration,
  WorkDeclaration,
} from "../../sdk/declarations.ts";
import { environment } from "../../sdk/environment.ts";
import { refuseStep } from "./refuse-step.ts";
import { hashEnvironment } from "./hash-environment.ts";
import { planResource } from "./plan-resource.ts";

/** What a step does, with its references read and its environment named by content. */
export function planWork(step: StepDeclaration, project: string): Work {
  const { run } = step.options;
  switch (run.type) {
    case "python": {
      const [module, name] = reference(
        step,
        run.reference,
        /^([A-Za-z_][\w.]*):([A-Za-z_][\w.]*)$/,
        "package.module:function",
      );
      const environment = planEnvironment(step, run.environment ?? stepEnvironment(step), project);
      return {
        type: "python",
        module,
        function: name,
        environment,
        ...(run.freshProcess === true ? { freshProcess: true } : {}),
      };
    }
    case "node": {
      const [module, name] = reference(step, run.reference, /^(.+):([A-Za-z_$][\w$]*)$/, "./module.ts:function");
      if (relative(project, resolve(project, module)).startsWith(".."))
        refuseStep(
          step,
          "STEP_INVALID",
          `runs ${module}, outside of the project`,
          "put the file beside or below the pipeline file",
        );
      return { type: "node", module: relative(project, resolve(project, module)), function: name };
    }
    case "shell":
      return planShell(step, run);
    case "container":
      return planContainer(step, run);
    case "kubernetesResource":
      return planResource(step, run);
    case "noop":
      return { type: "noop" };
  }
}

function reference(step: StepDeclaration, text: string, pattern: RegExp, form: string): [string, string] {
  const match = pattern.exec(text);
  if (match === null)
    refuseStep(step, "STEP_INVALID", `runs ${JSON.stringify(text)}, which names no function`, `write it as ${form}`);
  return [match[1]!, match[2]!];
}

function planShell(step: StepDeclaration, { argv, env, script }: Extract<WorkDeclaration, { type: "shell" }>): Work {
  const names = namesOf(step);
  const given: Record<string, ShellWord> = {};
  // A script sees everything under its own name; a command only what its author put into it.
  if (script === true)
    for (const ref of ["input", "output", "dimension"] as const)
      for (const name of names[ref]) given[name] = { ref, name };
  checkWords(step, [...argv, ...Object.values(env)]);
  if (argv.length === 0) refuseStep(step, "STEP_INVALID", "runs an empty command", "name a program");
  return { type: "shell", argv, env: { ...given, ...env } };
}

/** What an environment variable may be called wherever containers are. */
const variablePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

function planContainer(
  step: StepDeclaration,
  { args, command, env }: Extract<WorkDeclaration, { type: "container" }>,
): Work {
  if (step.options.secrets !== undefined)
    refuseStep(
      step,
      "STEP_INVALID",
      "is a container step with secrets, and nothing in its container would keep them out of its log",
      "make it a shell step, or let its program get them from where they are",
    );
  if (step.options.pack !== undefined)
    refuseStep(
      step,
      "STEP_INVALID",
      "is a container step, whose containers are its own, and says pack",
      "leave pack out",
    );
  checkWords(step, [...(command ?? []), ...(args ?? []), ...Object.values(env)]);
  if (command?.length === 0)
    refuseStep(step, "STEP_INVALID", "runs an empty command", "name a program, or leave `command` out");
  for (const name of Object.keys(env))
    if (!variablePattern.test(name) || name.startsWith("FLOTILLA_"))
      refuseStep(
        step,
        "STEP_INVALID",
        `sets the environment variable ${JSON.stringify(name)}`,
        "names are letters, digits and _; those that begin with FLOTILLA_ are ours",
      );
  return { type: "container", ...(command ? { command } : {}), ...(args ? { args } : {}), env };
}

function checkWords(step: StepDeclaration, words: readonly ShellWord[]): void {
  const names = namesOf(step);
  for (const word of words)
    if (typeof word !== "string" && !names[word.ref].includes(word.name))
      refuseStep(
        step,
        "WIRING_INVALID",
        `names the ${word.ref} ${word.name} in its command, and has none of that name`,
        `it has ${names[word.ref].join(", ") || "none"}`,
      );
}

/** What references may name. */
function namesOf({ options }: StepDeclaration): Record<"input" | "output" | "dimension", string[]> {
  return {
    input: Object.keys(options.inputs ?? {}),
    output: Object.keys(options.outputs ?? {}),
    dimension: [...(options.by ?? [])],
  };
}

/** What it says of itself, else what its image is to hold: the same where there are no containers. */
function stepEnvironment({ options }: StepDeclaration): EnvironmentDeclaration | undefined {
  const given = options.environment ?? ofImage(options);
  return given === undefined || "kind" in given ? given : environment(given);
}

function ofImage({ image }: StepDeclaration["options"]): EnvironmentOptions | undefined {
  if (typeof image !== "object" || image.recipe.requirements === undefined) return undefined;
  const { requirements, name } = image.recipe;
  return { requirements, ...(name === undefined ? {} : { name }) };
}

function planEnvironment(
  step: StepDeclaration,
  declared: EnvironmentDeclaration | undefined,
  project: string,
): PythonEnvironment {
  const python = declared?.python ?? "python3";
  if (declared?.source === undefined) return { type: "interpreter", python };
  const { type: source, path } = declared.source;
  const file = resolve(project, path);
  const inside = relative(project, file);
  if (inside.startsWith(".."))
    refuseStep(
      step,
      "STEP_INVALID",
      `takes its environment from ${path}, outside of the project`,
      "put the file beside or below the pipeline file",
    );
  try {
    const hash = hashEnvironment(python, source, file);
    return {
      type: "venv",
      python,
      source,
      path: inside,
      hash,
      ...(declared.name === undefined ? {} : { name: declared.name }),
    };
  } catch (thrown) {
    const unread = relative(project, (thrown as NodeJS.ErrnoException).path ?? file);
    refuseStep(
      step,
      "STEP_INVALID",
      `takes its environment from ${path}, and ${unread === inside ? "it" : unread} cannot be read`,
      "paths are relative to the pipeline file, those within requirements to the file they stand in",
    );
  }
}
