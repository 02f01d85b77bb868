import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { noKubernetes } from "../engines/kubernetes.ts";
import { takeNamespace, type TestNamespace } from "../helpers/test-namespace.ts";
import { finished, Project, until } from "./project.ts";

const reason = noKubernetes === undefined ? "" : ` (${noKubernetes})`;

const pipelineOf = (image: string, script: string): string => `
import { asText, kubernetesResource, number, pipeline, ref, scenarios, shell } from "flotilla";
const restricted = {
  allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 1000,
  capabilities: { drop: ["ALL"] }, seccompProfile: { type: "RuntimeDefault" },
};
export default pipeline("resources", { scenarios: scenarios.product({ month: [1, 2] }) }, ({ step }) => {
  const made = step("make", { run: shell.script('echo "{\\\\"rows\\\\": 20}" > "$FLOTILLA_VALUES"'), outputs: { rows: number() } });
  const trained = step("train", {
    by: ["month"],
    on: "cluster",
    run: kubernetesResource({
      manifest: {
        apiVersion: "batch/v1",
        kind: "Job",
        spec: {
          backoffLimit: 0,
          template: { spec: {
            restartPolicy: "Never",
            terminationGracePeriodSeconds: 1,
            containers: [{
              name: "main",
              image: ${JSON.stringify(image)},
              command: ["python3", "-uc", ${JSON.stringify(script)}],
              env: [
                { name: "MONTH", value: asText(ref.dimension("month")) },
                { name: "ROWS", value: asText(ref.input("rows")) },
              ],
              securityContext: restricted,
            }],
          } },
        },
      },
      succeeded: { condition: "Complete", is: "True" },
      failed: { condition: "Failed", is: "True" },
      values: { pods: ["status", "succeeded"] },
    }),
    inputs: { rows: made.outputs.rows },
    outputs: { pods: number() },
  });
  step("sum", { run: shell(["true"]), inputs: { pods: trained.outputs.pods.collect() } });
});
`;

const printing = `import os, time
for n in range(int(os.environ["ROWS"])): print("month", os.environ["MONTH"], "row", n); time.sleep(0.1)`;
const rowsOf = (month: number): string[] => Array.from({ length: 20 }, (_, n) => `month ${month} row ${n}`);

let taken: TestNamespace;
let project: Project;

function projectOf(script: string): Project {
  const { cluster, name: namespace } = taken;
  const made = new Project({ "pipeline.ts": pipelineOf(cluster.image, script), kubeconfig: taken.kubeconfig() });
  const kubeconfig = join(made.directory, "kubernetes.yaml");
  made.write("kubernetes.yaml", taken.kubeconfig());
  const listen = `${cluster.nodeAddress}:${31_000 + (process.pid % 400)}`;
  const options = JSON.stringify({ kubeconfig, namespace, listen, resources: ["batch/v1/Job"] });
  made.write(
    "flotilla.config.ts",
    `import { config, kubernetes } from "flotilla";\nexport default config({ profiles: { laptop: { platforms: { cluster: kubernetes(${options}) } } } });\n`,
  );
  return made;
}

async function logOf(task: string): Promise<string[]> {
  const { code, stdout } = await project.flotilla("logs", task, "--json");
  return code === 0 ? (JSON.parse(stdout) as { text: string }[]).map(({ text }) => text) : [];
}

async function jobsLeft(): Promise<readonly unknown[]> {
  const path = `/apis/batch/v1/namespaces/${taken.name}/jobs`;
  const { body } = await taken.administrator.request({ method: "GET", path });
  return body["items"] as unknown[];
}

describe.skipIf(noKubernetes !== undefined)(
  `steps that are resources of a cluster${reason}`,
  { timeout: 120_000 },
  () => {
    beforeAll(async () => {
      taken = await takeNamespace([{ apiGroups: ["batch"], resources: ["jobs"] }]);
    }, 120_000);
    afterAll(() => taken.remove(), 60_000);
    afterEach(() => project.remove());

    it("run as any other: with values in and out, and with the logs of their pods", async () => {
      project = projectOf(printing);
      expect(await project.flotilla("run")).toMatchObject({ code: 0 });
      expect(await logOf("train[month=2]")).toEqual(rowsOf(2));
      expect((await project.flotilla("show", "train[month=1]")).stdout).toMatch(/pods.*1/);
      await until(async () => (await jobsLeft()).length === 0, "the Jobs are gone");
    });

    it("go on when the engine is killed, and are found again by the next", async () => {
      project = projectOf(printing);
      const run = project.start("run");
      await until(async () => (await logOf("train[month=1]")).length > 3, "the first lines are there");
      run.kill("SIGKILL");
      expect(await project.flotilla("resume")).toMatchObject({ code: 0 });
      for (const month of [1, 2]) expect(await logOf(`train[month=${month}]`)).toEqual(rowsOf(month));
      const { attempts } = await project.json<{ attempts: readonly object[] }>("show", "train[month=1]");
      expect(attempts).toHaveLength(1);
    });

    it("fail with what their condition says", async () => {
      project = projectOf("raise SystemExit('no luck')");
      expect(await project.flotilla("run")).toMatchObject({ code: 1 });
      const { stdout } = await project.flotilla("show", "train[month=1]");
      expect(stdout).toContain("BackoffLimitExceeded: Job has reached the specified backoff limit");
      expect(await logOf("train[month=1]")).toEqual(["no luck"]);
    });

    it("are ended with their pods when the run is cancelled", async () => {
      project = projectOf("import time; print('begun'); time.sleep(600)");
      const ended = finished(project.start("run"));
      await until(async () => (await logOf("train[month=1]")).length > 0, "the first line is there");
      expect(await project.flotilla("cancel")).toMatchObject({ code: 0 });
      expect((await ended).stdout).toContain("cancelled");
      expect(await jobsLeft()).toEqual([]);
    });
  },
);
