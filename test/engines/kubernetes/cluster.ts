import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../e2e/project.ts";
import { command } from "../command.ts";
import type { Daemon } from "../daemon.ts";
import { removeCgroup, unmountBelow } from "../machine.ts";
import { sourceFolder } from "../places.ts";
import { findPythonImage } from "../python-image.ts";
import type { Engine } from "../shared-engine.ts";
import { askCluster } from "./cluster-api.ts";
import { endContainers } from "./containers.ts";
import { type ControlPlane, controlPlane } from "./control-plane.ts";
import { rememberKernelSettings, restoreKernelSettings } from "./kernel-settings.ts";
import { kubeconfigPath, writeKubeconfig } from "./kubeconfig.ts";
import { bridge, bridgeAddress, nodeAddress } from "./network.ts";
import { ClusterNode } from "./node.ts";
import { findKubernetes } from "./program.ts";

/** A Kubernetes whose nodes are all on this machine. There can be one, for its ports and its bridge. */
export class Cluster implements Engine {
  readonly name = "kubernetes";
  readonly directory: string;
  readonly #nodes: number;

  constructor(options: { directory: string; nodes: number }) {
    this.directory = options.directory;
    this.#nodes = options.nodes;
  }

  get kubeconfig(): string {
    return kubeconfigPath(this.directory, "admin");
  }

  /** Its parts, for tests that kill and start them. */
  get parts(): ControlPlane {
    return controlPlane(this.directory, findKubernetes() ?? "kubernetes");
  }

  /** Of the cluster that is up; of none, those that would be made. */
  get nodes(): ClusterNode[] {
    const made = existsSync(this.directory) ? readdirSync(this.directory).filter((name) => /^node\d+$/.test(name)) : [];
    const count = made.length > 0 ? made.length : this.#nodes;
    const program = findKubernetes() ?? "kubernetes";
    return Array.from(
      { length: count },
      (_, i) => new ClusterNode({ number: i + 1, cluster: this.directory, program }),
    );
  }

  async isUp(): Promise<boolean> {
    if (!existsSync(this.kubeconfig) || this.#daemons().some(({ pid }) => pid === undefined)) return false;
    return this.#answers("/readyz");
  }

  async start(): Promise<void> {
    await this.#prepare();
    const { etcd, apiServer, controllerManager, scheduler } = this.parts;
    const { nodes } = this;
    etcd.start();
    apiServer.start();
    await Promise.all(
      nodes.map(async (node) => {
        await node.startContainerd();
        await node.load(findPythonImage()!);
      }),
    );
    await apiServer.ready(() => this.#answers("/readyz"));
    controllerManager.start();
    scheduler.start();
    for (const { kubelet } of nodes) kubelet.start();
    for (const node of nodes) await node.kubelet.ready(() => this.#isReady(node));
    await until(() => this.#answers("/api/v1/namespaces/default/serviceaccounts/default"), "pods can be made");
  }

  async stop(): Promise<void> {
    if (!existsSync(this.directory)) return;
    const { nodes } = this;
    const containerds = nodes.map(({ containerd }) => containerd);
    await Promise.all(
      this.#daemons()
        .filter((daemon) => !daemon.name.startsWith("containerd"))
        .map((daemon) => daemon.stop("SIGKILL")),
    );
    await endContainers(this.directory);
    await Promise.all(containerds.map((containerd) => containerd.stop()));
    unmountBelow(this.directory);
    await command("ip", ["link", "delete", bridge]).catch(() => "there is none");
    for (const { cgroup } of nodes) removeCgroup(cgroup);
    restoreKernelSettings(this.#kernelSettings);
    rmSync(this.directory, { recursive: true, force: true });
  }

  get #kernelSettings(): string {
    return join(this.directory, "kernel-settings.json");
  }

  #daemons(): Daemon[] {
    return [...Object.values(this.parts), ...this.nodes.flatMap(({ kubelet, containerd }) => [kubelet, containerd])];
  }

  async #prepare(): Promise<void> {
    const { nodes } = this;
    const keys = join(this.directory, "keys");
    mkdirSync(keys, { recursive: true, mode: 0o700 });
    rememberKernelSettings(this.#kernelSettings);
    await command("bash", [join(sourceFolder, "kubernetes/keys.sh"), String(nodes.length)], { cwd: keys });
    const names = ["admin", "kube-controller-manager", "kube-scheduler", ...nodes.map(({ name }) => name)];
    for (const who of names) writeKubeconfig(this.directory, who);
    const auditPolicy = { apiVersion: "audit.k8s.io/v1", kind: "Policy", omitStages: ["RequestReceived"] };
    writeFileSync(
      join(this.directory, "audit-policy.json"),
      JSON.stringify({ ...auditPolicy, rules: [{ level: "Metadata" }] }),
    );
    // TRAP: a bridge without an address of its own takes that of one of its pods, and another when that pod goes: those who knew
    // the first do not reach it for some ten seconds.
    await command("ip", ["link", "add", bridge, "address", bridgeAddress, "type", "bridge"]);
    await command("ip", ["link", "set", bridge, "up"]);
    await command("ip", ["address", "replace", `${nodeAddress}/16`, "dev", bridge]);
  }

  async #answers(path: string): Promise<boolean> {
    return askCluster(this.kubeconfig, "GET", path).then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  async #isReady(node: ClusterNode): Promise<boolean> {
    const { status, body } = await askCluster(this.kubeconfig, "GET", `/api/v1/nodes/${node.name}`);
    if (status !== 200) return false;
    const { conditions = [] } = (JSON.parse(body) as { status: { conditions?: { type: string; status: string }[] } })
      .status;
    return conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
  }
}
