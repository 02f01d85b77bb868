import { temporaryFolder } from "../../src/artifacts/temporary-folder.ts";
import { classify } from "../../src/core/classify.ts";
import { describeFailure } from "../../src/core/failure-cause.ts";
import type { KubeClient } from "../../src/platforms/kubernetes/kube-client.ts";
import {
  KubernetesPlatform,
  type KubernetesPlatformOptions,
} from "../../src/platforms/kubernetes/kubernetes-platform.ts";
import { readPod } from "../../src/platforms/kubernetes/pod-calls.ts";
import { listen, waitFor } from "../../src/platforms/platform-contract.ts";
import type { AttemptSpec } from "../../src/platforms/platform.ts";
import { makeSpec } from "../../src/platforms/test-spec.ts";
import { FakePodTasks } from "./fake-pod-tasks.ts";
import { clientOf } from "./pod-platform.ts";
import type { TestNamespace } from "./test-namespace.ts";

/** What runs in a pod is given to it here; how it is fetched is the task API's to test. */
class Commands extends FakePodTasks {
  readonly #argv: readonly string[];

  constructor(argv: readonly string[]) {
    super();
    this.#argv = argv;
  }

  override async admit(): Promise<{ command: readonly string[]; env: Record<string, string> }> {
    return { command: this.#argv, env: {} };
  }
}

export interface BegunPod {
  readonly spec: AttemptSpec;
  readonly platform: KubernetesPlatform;
  readonly reports: ReturnType<typeof listen>;
}

/** An attempt in a real pod that runs a command of its own and has nobody to speak to. */
export async function beginPod(
  { cluster, name: namespace, token }: TestNamespace,
  argv: readonly string[],
  {
    spec: more = {},
    ...options
  }: Partial<KubernetesPlatformOptions> & { readonly client?: KubeClient; readonly spec?: Partial<AttemptSpec> } = {},
): Promise<BegunPod> {
  const client = clientOf({ kubeconfig: cluster.kubeconfig, namespace, token });
  const taskApi = new Commands(argv);
  const { image } = cluster;
  const platform = new KubernetesPlatform({ client, directory: temporaryFolder(), taskApi, image, ...options });
  const reports = listen(platform);
  const spec = makeSpec({ ...more, resources: { cpu: 0.05, ...more.resources } });
  await platform.start(spec);
  return { spec, platform, reports };
}

/** Its class and what a person reads; and that nothing of it is left. */
export async function endOfPod(
  { administrator, name }: TestNamespace,
  { spec, reports }: BegunPod,
  atMostMs = 20_000,
): Promise<{ class: string; said: string }> {
  const { evidence } = await waitFor(
    async () => reports.all.find((report) => report.type === "ended"),
    () => `the end of ${spec.id}; reported: ${JSON.stringify(reports.all)}`,
    atMostMs,
  );
  const verdict = classify(evidence);
  await waitFor(async () => ((await readPod(administrator, name, spec.id)) === undefined ? true : undefined));
  if (verdict.type !== "failed") return { class: verdict.type, said: "" };
  return { class: verdict.class, said: describeFailure(verdict.class, evidence) };
}
