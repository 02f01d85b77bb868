import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { noKubernetes, startKubernetes } from "../../../../test/engines/kubernetes.ts";
import { FakePodTasks } from "../../../../test/helpers/fake-pod-tasks.ts";
import { clientOf } from "../../../../test/helpers/pod-platform.ts";
import { installKind, type TestKind } from "../../../../test/helpers/test-kind.ts";
import { takeNamespace, type TestNamespace } from "../../../../test/helpers/test-namespace.ts";
import { temporaryFolder } from "../../../artifacts/temporary-folder.ts";
import { classify } from "../../../core/classify.ts";
import type { Evidence } from "../../../core/evidence.ts";
import { describeFailure } from "../../../core/failure-cause.ts";
import type { Outputs } from "../../../core/output-value.ts";
import { kindOf, type ResourceWork } from "../../../core/resource-work.ts";
import { LocalLogs } from "../../local/local-logs.ts";
import { listen, waitFor } from "../../platform-contract.ts";
import type { AttemptSpec } from "../../platform.ts";
import { makeSpec } from "../../test-spec.ts";
import { Accounts } from "../accounts.ts";
import { KubeClient } from "../kube-client.ts";
import { findCluster } from "../kubeconfig.ts";
import { KubernetesPlatform, type KubernetesPlatformOptions } from "../kubernetes-platform.ts";
import { checkKinds } from "./check-kinds.ts";

const reason = noKubernetes === undefined ? "" : ` (${noKubernetes})`;

let training: TestKind;
let taken: TestNamespace;

interface Begun {
  readonly spec: AttemptSpec;
  readonly directory: string;
  readonly platform: KubernetesPlatform;
  readonly reports: ReturnType<typeof listen>;
}

type Options = Partial<KubernetesPlatformOptions>;

function open(directory: string, options: Options = {}): Omit<Begun, "spec"> {
  const { cluster, name: namespace, token } = taken;
  const client = clientOf({ kubeconfig: cluster.kubeconfig, namespace, token });
  const resources = ["batch/v1/Job", kindOf(training), "sparkoperator.k8s.io/v1beta2/SparkApplication"];
  const taskApi = new FakePodTasks();
  const made = { client, directory, taskApi, resources, createAgainMs: 200, lookEveryMs: 200, ...options };
  const platform = new KubernetesPlatform(made);
  onTestFinished(() => platform.close());
  return { directory, platform, reports: listen(platform) };
}

async function begin(
  work: Partial<ResourceWork>,
  more: Partial<AttemptSpec> = {},
  options: Options = {},
): Promise<Begun> {
  const begun = open(temporaryFolder(), options);
  const spec = makeSpec({ work: { ...ofTraining(), ...work }, ...more });
  await begun.platform.start(spec);
  return { ...begun, spec };
}

function ofTraining(spec: object = {}): ResourceWork {
  const { apiVersion, kind } = training;
  return {
    type: "kubernetesResource",
    manifest: { apiVersion, kind, spec: spec as Record<string, never> },
    succeeded: [{ path: ["status", "state"], equals: "COMPLETED" }],
    failed: [{ path: ["status", "state"], equals: "FAILED", message: ["status", "error"] }],
    values: {},
    keep: "never",
  };
}

function ofJob(script: string, more: object = {}): Partial<ResourceWork> {
  const container = {
    name: "main",
    image: taken.cluster.image,
    imagePullPolicy: "IfNotPresent",
    command: ["python3", "-uc", script],
    securityContext: {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      runAsUser: 1000,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
  const pod = { restartPolicy: "Never", terminationGracePeriodSeconds: 1, containers: [container] };
  const spec = { backoffLimit: 0, template: { spec: pod }, ...more };
  return {
    manifest: { apiVersion: "batch/v1", kind: "Job", spec },
    succeeded: [{ condition: "Complete", is: "True" }],
    failed: [{ condition: "Failed", is: "True" }],
    pods: { "batch.kubernetes.io/job-name": { ref: "resource", name: "name" } },
  };
}

interface End {
  readonly class: string;
  readonly said: string;
  readonly outputs: Outputs;
  readonly evidence: Evidence;
}

async function endOf({ spec, reports }: Pick<Begun, "spec" | "reports">, atMostMs = 60_000): Promise<End> {
  const { evidence, outputs } = await waitFor(
    async () => reports.all.find((report) => report.type === "ended"),
    () => `the end of ${spec.id}; reported: ${JSON.stringify(reports.all)}`,
    atMostMs,
  );
  const verdict = classify(evidence);
  if (verdict.type !== "failed") return { class: verdict.type, said: "", outputs, evidence };
  return { class: verdict.class, said: describeFailure(verdict.class, evidence), outputs, evidence };
}

const objectAt = async ({ spec }: Pick<Begun, "spec">): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const { manifest } = spec.work as ResourceWork;
  const plural = manifest.kind === "Job" ? "jobs" : "trainings";
  const path = `/apis/${manifest.apiVersion}/namespaces/${taken.name}/${plural}/${spec.id}`;
  const { status, body } = await taken.administrator.request({ method: "GET", path });
  return status === 200 ? body : undefined;
};
const isGone = (begun: Pick<Begun, "spec">): Promise<unknown> =>
  waitFor(
    async () => ((await objectAt(begun)) === undefined ? true : undefined),
    () => `the object ${begun.spec.id} to be gone`,
    60_000,
  );
const become = ({ spec }: Pick<Begun, "spec">, status: object): Promise<void> =>
  training.become({ namespace: taken.name, name: spec.id }, status);

const trainings = (name = ""): string =>
  `/apis/${training.apiVersion}/namespaces/${taken.name}/trainings${name && `/${name}`}`;

async function logOf({ directory, spec }: Pick<Begun, "directory" | "spec">): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of new LocalLogs(directory).read(spec.id)) texts.push(text);
  return texts;
}

describe.skipIf(noKubernetes !== undefined)(`resources on a real cluster${reason}`, { timeout: 90_000 }, () => {
  beforeAll(async () => {
    const cluster = await startKubernetes();
    const administrator = new KubeClient(findCluster({ kubeconfig: cluster.kubeconfig, environment: {} }));
    training = await installKind(administrator);
    taken = await takeNamespace([training.grant]);
    await cluster.stop();
  }, 120_000);
  afterAll(async () => {
    await training.remove();
    await taken.remove();
  });

  it("its status says that it succeeded and with what; then it is taken away", async () => {
    const values = { auc: ["status", "result", "auc"], rows: ["status", "result", "rows"] };
    const outputs = { auc: { type: "number" }, rows: { type: "number" } } as const;
    const begun = await begin({ values }, { outputs });
    expect(await begun.reports.wait(begun.spec.id, "running")).toMatchObject({
      handle: { namespace: taken.name, kind: kindOf(training), resource: begun.spec.id },
    });
    await become(begun, { state: "RUNNING", result: { auc: 0.5 } });
    await become(begun, { state: "COMPLETED", result: { auc: 0.93, rows: 7 } });
    expect(await endOf(begun)).toMatchObject({
      class: "succeeded",
      outputs: { auc: { value: 0.93 }, rows: { value: 7 } },
    });
    await isGone(begun);
  });

  it("its status says that it failed and why: the program said no", async () => {
    const begun = await begin({});
    await become(begun, { state: "FAILED", error: "loss is NaN in epoch 3" });
    expect(await endOf(begun)).toMatchObject({ class: "user", said: "FAILED: loss is NaN in epoch 3" });
    expect(await objectAt(begun)).toBeUndefined();
  });

  it("a value that is missing, or of another type, fails it", async () => {
    const [values, outputs] = [{ auc: ["status", "auc"] }, { auc: { type: "number" } } as const];
    const missing = await begin({ values }, { outputs });
    const wrong = await begin({ values }, { outputs });
    await become(missing, { state: "COMPLETED" });
    await become(wrong, { state: "COMPLETED", auc: "0.93" });
    const nothing = "OUTPUT_INVALID: nothing stands at status.auc, where the output auc is read";
    expect(await endOf(missing)).toMatchObject({ class: "user", said: nothing });
    const other = expect.stringContaining("OUTPUT_INVALID: the output auc is declared as number");
    expect(await endOf(wrong)).toMatchObject({ class: "user", said: other });
  });

  it("one that somebody deletes was disrupted", async () => {
    const begun = await begin({});
    await taken.administrator.request({ method: "DELETE", path: trainings(begun.spec.id) });
    expect(await endOf(begun)).toMatchObject({ class: "disrupted", said: "it was deleted by somebody" });
    await isGone(begun);
  });

  it("one whose controller says nothing is cancelled, and told when it is gone", async () => {
    const begun = await begin({});
    await begun.reports.wait(begun.spec.id, "running");
    await begun.platform.cancel(begun.spec.id, { graceMs: 1000, why: "cancel" });
    expect(await endOf(begun)).toMatchObject({ class: "cancelled" });
    expect(await objectAt(begun)).toBeUndefined();
  });

  it("one that is held by a finalizer of its controller is not told before that lets go", async () => {
    const begun = await begin({});
    const path = trainings(begun.spec.id);
    const finalizers = (list: readonly string[]): Promise<unknown> =>
      taken.administrator.request({
        method: "PATCH",
        path,
        contentType: "application/merge-patch+json",
        body: { metadata: { finalizers: list } },
      });
    await finalizers(["flotilla.dev/accounted", "test.flotilla.dev/controller"]);
    await begun.platform.cancel(begun.spec.id, { graceMs: 1000, why: "timeout" });
    await waitFor(async () => {
      const { metadata } = (await objectAt(begun)) as { metadata: { deletionTimestamp?: string } };
      return metadata.deletionTimestamp;
    });
    expect(begun.reports.all.some(({ type }) => type === "ended")).toBe(false);
    await finalizers(["flotilla.dev/accounted"]);
    expect(await endOf(begun)).toMatchObject({ class: "timeout" });
    expect(await objectAt(begun)).toBeUndefined();
  });

  it("one that is kept stays, and is nobody's any more", async () => {
    const begun = await begin({ keep: "failed" });
    await become(begun, { state: "FAILED", error: "no" });
    expect(await endOf(begun)).toMatchObject({ class: "user" });
    const letGo = await waitFor(async () => {
      const { metadata } = (await objectAt(begun)) as { metadata: { finalizers?: string[]; labels: object } };
      return metadata.finalizers === undefined ? metadata : undefined;
    });
    expect(letGo.labels).toMatchObject({ "flotilla.dev/kept": "true" });
  });

  it("another engine finds it again, also after it has ended meanwhile", async () => {
    const begun = await begin({});
    await begun.reports.wait(begun.spec.id, "running");
    await begun.platform.close();
    await become(begun, { state: "COMPLETED" });
    const next = open(begun.directory);
    await next.platform.adopt([begun.spec]);
    expect(await endOf({ ...next, spec: begun.spec })).toMatchObject({ class: "succeeded" });
    await isGone(begun);
    const third = open(begun.directory);
    await third.platform.adopt([begun.spec]);
    expect(await endOf({ ...third, spec: begun.spec })).toMatchObject({ class: "succeeded" });
  });

  it("one that is asked for again, by an engine that does not know of the first, is there once", async () => {
    const begun = await begin({});
    const { uid } = (await objectAt(begun))!["metadata"] as { uid: string };
    await begun.platform.close();
    const next = open(begun.directory);
    await next.platform.start(begun.spec);
    expect(await next.reports.wait(begun.spec.id, "running")).toBeDefined();
    expect((await objectAt(begun))!["metadata"]).toMatchObject({ uid });
    await become(begun, { state: "COMPLETED" });
    expect(await endOf({ ...next, spec: begun.spec })).toMatchObject({ class: "succeeded" });
  });

  it("what an earlier engine accounted for, and did not come to taking away, goes with the next one", async () => {
    const begun = await begin({});
    await begun.platform.close();
    const evidence = { completed: false, error: { type: "FAILED", message: "no" } };
    new Accounts(begun.directory).close(begun.spec.id, { evidence, outputs: {} });
    const next = open(begun.directory);
    const other = makeSpec({ work: ofTraining() });
    await next.platform.start(other);
    await isGone(begun);
    const listed = await next.platform.list();
    expect(listed).toContain(other.id);
    expect(listed).not.toContain(begun.spec.id);
    await next.platform.adopt([begun.spec]);
    expect(await endOf({ ...next, spec: begun.spec })).toMatchObject({ class: "user", said: "FAILED: no" });
  });

  it("what another engine began is cancelled by one that does not know it", async () => {
    const begun = await begin({});
    await begun.platform.close();
    const next = open(begun.directory);
    await next.platform.cancel(begun.spec.id, { graceMs: 1000, why: "cancel" });
    expect(await endOf({ ...next, spec: begun.spec })).toMatchObject({ class: "cancelled" });
    expect(await objectAt(begun)).toBeUndefined();
  });

  it("a foreign object of its name is left alone", async () => {
    const spec = makeSpec({ work: ofTraining() });
    const { apiVersion, kind } = training;
    const path = trainings();
    const body = { apiVersion, kind, metadata: { name: spec.id } };
    await taken.administrator.request({ method: "POST", path, body });
    const opened = open(temporaryFolder());
    await opened.platform.start(spec);
    const said = expect.stringContaining("is in the namespace already, and is not ours; it was left alone");
    expect(await endOf({ ...opened, spec })).toMatchObject({ class: "config", said });
    expect(await objectAt({ spec })).toBeDefined();
  });

  it.each<[string, () => Partial<ResourceWork>, RegExp]>([
    [
      "a kind that the cluster does not know",
      () => ({ manifest: { apiVersion: "sparkoperator.k8s.io/v1beta2", kind: "SparkApplication" } }),
      /the cluster knows no kind SparkApplication in sparkoperator\.k8s\.io\/v1beta2: is its operator installed\?/,
    ],
    [
      "a kind that the profile does not list",
      () => ({ manifest: { apiVersion: "apps/v1", kind: "Deployment" } }),
      /the profile does not list apps\/v1\/Deployment/,
    ],
    [
      "a manifest that the schema of its kind does not admit",
      () => ofTraining({ epochs: "many" }),
      /refuses its manifest.*spec\.epochs.*integer/,
    ],
    [
      "a manifest that cannot be read",
      () => ofJob("pass", { backoffLimit: "none" }),
      /refuses its manifest \(batch\/v1\/Job\).*backoffLimit/,
    ],
  ])("%s is a fault of the description, at once and in words", async (_title, work, said) => {
    const begun = await begin(work());
    expect(await endOf(begun, 5000)).toMatchObject({ class: "config", said: expect.stringMatching(said) });
  });

  it("the doctor can ask whether a kind is there, and whether we may see it", async () => {
    const { cluster, name: namespace, token } = taken;
    const { access } = clientOf({ kubeconfig: cluster.kubeconfig, namespace, token });
    await expect(checkKinds(access, ["batch/v1/Job", kindOf(training)])).resolves.toBeUndefined();
    const unknown = { code: "TASK_CONFIG", message: expect.stringContaining("knows no kind RayJob in ray.io/v1") };
    await expect(checkKinds(access, ["ray.io/v1/RayJob"])).rejects.toMatchObject(unknown);
    await expect(checkKinds(access, ["apps/v1/Deployment"])).rejects.toMatchObject({ code: "CLUSTER_REFUSED" });
    const shared = { code: "TASK_CONFIG", message: expect.stringContaining("belongs to the whole cluster") };
    await expect(checkKinds(access, ["scheduling.k8s.io/v1/PriorityClass"])).rejects.toMatchObject(shared);
  });

  it("what we may not do is told with the right that is missing", async () => {
    const { cluster, token } = taken;
    const client = clientOf({ kubeconfig: cluster.kubeconfig, namespace: "default", token });
    const begun = await begin({}, {}, { client, hopelessMs: 500 });
    const said = expect.stringMatching(/does not let us list the trainings of the namespace default.*forbidden/);
    expect(await endOf(begun)).toMatchObject({ class: "config", said });
  });

  it("the quota of the namespace is waited for", async () => {
    const path = `/api/v1/namespaces/${taken.name}/resourcequotas`;
    const counted = `count/trainings.${training.grant.apiGroups[0]}`;
    const { body } = await taken.administrator.request({ method: "GET", path: trainings() });
    const hard = { [counted]: String((body["items"] as unknown[]).length + 1) };
    const first = await begin({});
    await taken.administrator.request({ method: "POST", path, body: { metadata: { name: "q" }, spec: { hard } } });
    await waitFor(async () => {
      const quota = await taken.administrator.request({ method: "GET", path: `${path}/q` });
      const { used } = quota.body["status"] as { used?: Record<string, string> };
      return used?.[counted] === hard[counted] ? true : undefined;
    });
    const second = await begin({});
    const told = await second.reports.wait(second.spec.id, "submitted");
    expect(told).toMatchObject({ handle: { waitsFor: expect.stringMatching(/used up: exceeded quota: q/) } });
    await become(first, { state: "COMPLETED" });
    await second.reports.wait(second.spec.id, "running");
    await become(second, { state: "COMPLETED" });
    expect(await endOf(second)).toMatchObject({ class: "succeeded" });
    await taken.administrator.request({ method: "DELETE", path: `${path}/q` });
  });

  it("a Job gives its log, line for line, which stays when its pod is gone", async () => {
    const begun = await begin(ofJob("for n in range(5000): print('line', n)"));
    expect(await endOf(begun)).toMatchObject({ class: "succeeded" });
    await isGone(begun);
    expect(await logOf(begun)).toEqual(Array.from({ length: 5000 }, (_, n) => `line ${n}`));
  });

  it("several pods of a Job are told apart", async () => {
    const begun = await begin(
      ofJob("import time; print('one'); time.sleep(2); print('two')", { completions: 2, parallelism: 2 }),
    );
    expect(await endOf(begun)).toMatchObject({ class: "succeeded" });
    const log = await logOf(begun);
    expect(log.map((line) => line.replace(/^r\S+: /, "")).toSorted()).toEqual(["one", "one", "two", "two"]);
    expect(new Set(log.filter((line) => line.endsWith("two")))).toHaveProperty("size", 2);
  });

  it("a Job whose program fails tells its condition", async () => {
    const begun = await begin(ofJob("print('before'); raise SystemExit(3)"));
    const said = "BackoffLimitExceeded: Job has reached the specified backoff limit";
    expect(await endOf(begun)).toMatchObject({ class: "user", said });
    expect(await logOf(begun)).toEqual(["before"]);
    expect(await objectAt(begun)).toBeUndefined();
  });

  it("a cancelled Job is told when its pods are gone, whoever deleted it alone before", async () => {
    const begun = await begin(ofJob("import time; print('begun', flush=True); time.sleep(600)"));
    await begun.reports.wait(begun.spec.id, "running");
    const path = `/apis/batch/v1/namespaces/${taken.name}/jobs/${begun.spec.id}`;
    const body = { propagationPolicy: "Background" };
    await taken.administrator.request({ method: "DELETE", path, body });
    expect(await endOf(begun)).toMatchObject({ class: "disrupted" });
    const query = { labelSelector: `job-name=${begun.spec.id}` };
    const pods = `/api/v1/namespaces/${taken.name}/pods`;
    const left = await taken.administrator.request({ method: "GET", path: pods, query });
    expect(left.body["items"]).toEqual([]);
  });

  it("a Job goes on while no engine is there, and of its log no line is lost or doubled", async () => {
    const begun = await begin(ofJob("import time\nfor n in range(40): print('line', n); time.sleep(0.1)"));
    await waitFor(async () => ((await logOf(begun)).length > 5 ? true : undefined));
    await begun.platform.close();
    const next = open(begun.directory);
    await next.platform.adopt([begun.spec]);
    expect(await endOf({ ...next, spec: begun.spec })).toMatchObject({ class: "succeeded" });
    expect(await logOf(begun)).toEqual(Array.from({ length: 40 }, (_, n) => `line ${n}`));
  });

  it("a Job whose image cannot be had waits, and says for what", async () => {
    const work = ofJob("pass");
    const text = JSON.stringify(work).replace(taken.cluster.image, "registry.invalid/absent:1");
    const begun = await begin(JSON.parse(text) as typeof work, {}, { startWithinMs: 20_000 });
    const said = expect.stringContaining("registry.invalid/absent:1 cannot be pulled");
    expect(await endOf(begun)).toMatchObject({ class: "capacity", said });
    expect(await objectAt(begun)).toBeUndefined();
  });
});
