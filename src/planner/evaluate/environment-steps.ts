import type { PlanStep, PythonEnvironment } from "../../core/plan.ts";

type Venv = Extract<PythonEnvironment, { type: "venv" }>;

/**
 * Puts a step before those that need a venv: building one is work like any other, with a log, retries and a place in
 * the picture. Equal environments share one step.
 */
export function addEnvironmentSteps(steps: readonly PlanStep[]): PlanStep[] {
  const venvs = new Map<string, Venv>();
  for (const step of steps) {
    const venv = venvOf(step);
    if (venv !== undefined && !venvs.has(venv.hash)) venvs.set(venv.hash, venv);
  }
  const names = nameThem([...venvs.values()], new Set(steps.map(({ name }) => name)));
  const builds = [...venvs.values()].map((environment): PlanStep => ({
    name: names.get(environment.hash)!,
    description: `builds the environment of ${environment.path}`,
    by: [],
    work: { type: "environment", environment },
    inputs: {},
    outputs: {},
    after: [],
    on: "local",
    resources: { all: { cpu: 1 } },
    pools: {},
    priority: { all: 0 },
    retry: { rules: { user: { retries: 1, backoffMs: 5000 } } },
  }));
  return [...builds, ...steps.map((step) => waitForVenv(step, names))];
}

function waitForVenv(step: PlanStep, names: ReadonlyMap<string, string>): PlanStep {
  const venv = venvOf(step);
  return venv === undefined
    ? step
    : { ...step, after: [...step.after, { step: names.get(venv.hash)!, outcome: "succeeded" }] };
}

function venvOf({ work }: PlanStep): Venv | undefined {
  return work.type === "python" && work.environment.type === "venv" ? work.environment : undefined;
}

function nameThem(venvs: readonly Venv[], taken: Set<string>): Map<string, string> {
  const names = new Map<string, string>();
  for (const { hash, name } of venvs) {
    const wanted = name === undefined ? "environment" : `environment-${name}`;
    let free = wanted;
    for (let number = 2; taken.has(free); number++) free = `${wanted}-${number}`;
    taken.add(free);
    names.set(hash, free);
  }
  return names;
}
