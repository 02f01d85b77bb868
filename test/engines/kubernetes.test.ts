import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../e2e/project.ts";
import { noKubernetes, type RunningKubernetes, startKubernetes } from "./kubernetes.ts";
import { askCluster } from "./kubernetes/cluster-api.ts";

interface Pod {
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly containerStatuses?: readonly { state: { terminated?: { exitCode: number; reason: string } } }[];
  };
}

const reason = noKubernetes === undefined ? "" : ` (${noKubernetes})`;

describe.skipIf(noKubernetes !== undefined)(`a real Kubernetes${reason}`, { timeout: 60_000 }, () => {
  const namespace = `smoke-${randomUUID()}`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  let kubernetes: RunningKubernetes;

  beforeAll(async () => {
    kubernetes = await startKubernetes();
    await ask("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
    await until(async () => (await ask("GET", account)).status === 200, "pods can be made in the namespace");
  }, 120_000);
  afterAll(async () => {
    await ask("DELETE", `/api/v1/namespaces/${namespace}`);
    await kubernetes.stop();
  });

  function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: string }> {
    return askCluster(kubernetes.kubeconfig, method, path, body);
  }

  async function runToEnd(name: string, container: object): Promise<Pod["status"] & { log: string }> {
    const containers = [{ name: "task", image: kubernetes.image, imagePullPolicy: "Never", ...container }];
    const made = await ask("POST", pods, { metadata: { name }, spec: { restartPolicy: "Never", containers } });
    expect(made.status, made.body).toBe(201);
    let pod: Pod;
    await until(async () => {
      pod = JSON.parse((await ask("GET", `${pods}/${name}`)).body) as Pod;
      return ["Succeeded", "Failed"].includes(pod.status.phase);
    }, `the pod ${name} has ended`);
    return { ...pod!.status, log: (await ask("GET", `${pods}/${name}/log`)).body };
  }

  function ended(code: number, reason: string): object {
    return { state: { terminated: { exitCode: code, reason } } };
  }

  it("runs a pod to success, and keeps what it prints", async () => {
    const command = ["python3", "-c", "import shutil; print('node:', shutil.which('node'))"];
    expect(await runToEnd("good", { command })).toMatchObject({
      phase: "Succeeded",
      containerStatuses: [ended(0, "Completed")],
      log: "node: None\n",
    });
  });

  it("says with which code a pod failed", async () => {
    expect(await runToEnd("bad", { command: ["sh", "-c", "exit 3"] })).toMatchObject({
      phase: "Failed",
      containerStatuses: [ended(3, "Error")],
    });
  });

  it("ends a pod that takes more memory than it may, and says so", async () => {
    const greedy = {
      command: ["python3", "-c", "bytearray(b'x') * (256 << 20)"],
      resources: { limits: { memory: "64Mi" } },
    };
    expect(await runToEnd("greedy", greedy)).toMatchObject({
      phase: "Failed",
      containerStatuses: [ended(137, "OOMKilled")],
    });
  });

  it("writes down who asked for what", async ({ skip }) => {
    const file = kubernetes.auditLog ?? skip("a cluster that was adopted keeps its own list");
    await ask("GET", `${pods}/nobody`);
    await until(() => readFileSync(file, "utf8").includes(`${pods}/nobody`), "the request is written down");
    const line = readFileSync(file, "utf8")
      .split("\n")
      .find((text) => text.includes(`${pods}/nobody`));
    expect(JSON.parse(line!)).toMatchObject({
      verb: "get",
      user: { username: "admin" },
      objectRef: { resource: "pods", namespace, name: "nobody" },
      responseStatus: { code: 404 },
    });
  });
});
