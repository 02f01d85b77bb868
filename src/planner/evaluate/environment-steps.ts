import type { PlanStep, PythonEnvironment } from "../../core/plan.ts";
import { freeName } from "./free-name.ts";

type Venv = Extract<PythonEnvironment, { type: "venv" }>;

/** A venv, and the name of the platform that it is for: what stands behind another name may be another machine. */
interface Build {
  readonly venv: Venv;
  readonly on: string;
}

/**
 * Puts a step before those that need a venv: building one is work like any other, with a log, retries and a place in
 * the picture. Steps on one platform share one where their environments are equal. One that comes with an image is built
 * by the step that makes that.
 */
export function addEnvironmentSteps(steps: readonly PlanStep[]): PlanStep[] {
  const builds = new Map<string, Build>();
  const withImages = new Map(
    steps.map(({ name, work }) => [name, work.type === "image" ? work.environment : undefined]),
  );
  const buildFor = (step: PlanStep): Build | undefined => {
    const venv = venvOf(step);
    if (venv === undefined) return undefined;
    const ofImage = typeof step.image === "object" ? withImages.get(step.image.madeBy) : undefined;
    return ofImage?.hash === venv.hash ? undefined : { venv, on: step.on };
  };
  for (const step of steps) {
    const build = buildFor(step);
    if (build !== undefined && !builds.has(keyOf(build))) builds.set(keyOf(build), build);
  }
  const names = nameThem([...builds.values()], new Set(steps.map(({ name }) => name)));
  const added = [...builds.values()].map(({ venv, on }): PlanStep => ({
    name: names.get(keyOf({ venv, on }))!,
    description: `builds the environment of ${venv.path}`,
    by: [],
    work: { type: "environment", environment: venv },
    inputs: {},
    outputs: {},
    after: [],
    on,
    resources: { all: { cpu: 1 } },
    pools: {},
    priority: { all: 0 },
    retry: { rules: { user: { retries: 1, backoffMs: 5000 } } },
  }));
  const waitForBuild = (step: PlanStep): PlanStep => {
    const build = buildFor(step);
    return build === undefined
      ? step
      : { ...step, after: [...step.after, { step: names.get(keyOf(build))!, outcome: "succeeded" }] };
  };
  return [...added, ...steps.map(waitForBuild)];
}

function venvOf({ work }: PlanStep): Venv | undefined {
  return work.type === "python" && work.environment.type === "venv" ? work.environment : undefined;
}

function keyOf({ venv, on }: Build): string {
  return `${on} ${venv.hash}`;
}

function nameThem(builds: readonly Build[], taken: Set<string>): Map<string, string> {
  const names = new Map<string, string>();
  for (const build of builds) {
    const { name } = build.venv;
    names.set(keyOf(build), freeName(name === undefined ? "environment" : `environment-${name}`, taken));
  }
  return names;
}
