import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { FlotillaError } from "../core/errors.ts";
import { makePlan, type PlanOptions, type Planned } from "./planner.ts";

/** A project in a temporary folder, removed when the test has ended. */
export interface TestProject {
  readonly folder: string;
  plan(options?: Omit<PlanOptions, "file">): Promise<Planned>;
  /** The error that planning ends with. */
  refused(options?: Omit<PlanOptions, "file">): Promise<FlotillaError>;
}

/** `pipeline` is the text of `pipeline.ts`; `files` are others by path. */
export function testProject(pipeline: string, files: Readonly<Record<string, string>> = {}): TestProject {
  const folder = mkdtempSync(join(tmpdir(), "flotilla-planner-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ "pipeline.ts": pipeline, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const plan: TestProject["plan"] = (options = {}) => makePlan({ file: join(folder, "pipeline.ts"), ...options });
  return { folder, plan, refused: (options) => refusalOf(plan(options)) };
}

async function refusalOf(planned: Promise<Planned>): Promise<FlotillaError> {
  const thrown = await planned.then(
    () => new Error("it was planned"),
    (error: unknown) => error,
  );
  if (thrown instanceof FlotillaError) return thrown;
  throw thrown;
}

/** A pipeline over `market` (a, b) and `month` (1, 2, ordered), with these steps. */
export function withSteps(steps: string, options = ""): string {
  return `import { asText, boolean, build, container, environment, file, folder, json, kubernetesResource, node, noop, number, own, pipeline, python, ref, scenarios, secret, shell, string, z } from "flotilla";
export default pipeline("test", {
  scenarios: scenarios.product({ market: ["a", "b"], month: [1, 2] }, { ordered: ["month"] }),
  ${options}
}, ({ params, step }: any) => {
${steps}
});
`;
}
