import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../command.ts";
import { Daemon } from "../daemon.ts";
import { cgroupFolders } from "../machine.ts";
import { pauseImage } from "../python-image.ts";
import { kubeconfigPath } from "./kubeconfig.ts";
import { bridge, nodeAddress } from "./network.ts";

/** A node: a containerd and a kubelet of its own, on this machine. */
export class ClusterNode {
  readonly number: number;
  readonly containerd: Daemon;
  readonly kubelet: Daemon;
  readonly #cluster: string;

  constructor(options: { number: number; cluster: string; program: string }) {
    const { number, cluster, program } = options;
    this.number = number;
    this.#cluster = cluster;
    const run = join(cluster, "run");
    this.containerd = new Daemon({
      name: `containerd-${number}`,
      directory: run,
      argv: ["containerd", "--config", join(this.directory, "containerd.toml")],
    });
    this.kubelet = new Daemon({
      name: `kubelet-${number}`,
      directory: run,
      argv: [
        ...[program, "kubelet", `--kubeconfig=${kubeconfigPath(cluster, this.name)}`],
        ...[`--config=${join(this.directory, "kubelet.json")}`, `--root-dir=${join(this.directory, "kubelet")}`],
        ...[`--hostname-override=${this.name}`, `--node-ip=${this.address}`],
      ],
    });
  }

  get name(): string {
    return `node${this.number}`;
  }

  get address(): string {
    return `10.97.0.${this.number}`;
  }

  /** The top of the groups of its pods: of two kubelets with the same, each would remove the other's. */
  get cgroup(): string {
    return `flotilla-kubernetes-${this.name}`;
  }

  get directory(): string {
    return join(this.#cluster, this.name);
  }

  get #socket(): string {
    return join(this.directory, "containerd.sock");
  }

  async startContainerd(): Promise<void> {
    await this.#prepare();
    this.containerd.start();
    await this.containerd.ready(() =>
      this.#ctr("version").then(
        () => true,
        () => false,
      ),
    );
  }

  async load(archive: string): Promise<void> {
    await this.#ctr("-n", "k8s.io", "images", "import", archive);
  }

  #ctr(...args: string[]): Promise<string> {
    return command("ctr", ["--address", this.#socket, ...args]);
  }

  async #prepare(): Promise<void> {
    mkdirSync(join(this.directory, "cni"), { recursive: true });
    await command("ip", ["address", "replace", `${this.address}/16`, "dev", bridge]);
    for (const folder of cgroupFolders()) mkdirSync(join(folder, this.cgroup), { recursive: true });
    writeFileSync(join(this.directory, "cni/10-bridge.conflist"), JSON.stringify(this.#networkConfig()));
    writeFileSync(join(this.directory, "containerd.toml"), this.#containerdConfig());
    writeFileSync(join(this.directory, "kubelet.json"), JSON.stringify(this.#kubeletConfig()));
  }

  #networkConfig(): object {
    const range = { subnet: "10.97.0.0/16", gateway: nodeAddress };
    const own = { rangeStart: `10.97.${this.number}.1`, rangeEnd: `10.97.${this.number}.254` };
    return {
      cniVersion: "0.4.0",
      name: "flotilla",
      plugins: [
        {
          ...{ type: "bridge", bridge, isGateway: true, hairpinMode: true },
          ipam: {
            ...{ type: "host-local", dataDir: join(this.directory, "addresses") },
            ...{ ranges: [[{ ...range, ...own }]], routes: [{ dst: "0.0.0.0/0" }] },
          },
        },
      ],
    };
  }

  #containerdConfig(): string {
    return `version = 2
root = "${this.directory}/containerd"
state = "${this.directory}/containerd-state"
[grpc]
  address = "${this.#socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  # Lowering the score needs a capability that root in a container lacks: no pod would start.
  restrict_oom_score_adj = true
  # Where they can be told apart from those of others, and removed.
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${this.directory}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;
  }

  #kubeletConfig(): object {
    const key = (file: string): string => join(this.#cluster, "keys", file);
    return {
      apiVersion: "kubelet.config.k8s.io/v1beta1",
      kind: "KubeletConfiguration",
      containerRuntimeEndpoint: `unix://${this.#socket}`,
      cgroupDriver: "cgroupfs",
      cgroupRoot: `/${this.cgroup}`,
      failSwapOn: false,
      oomScoreAdj: 0,
      address: this.address,
      // A second kubelet could not listen there.
      healthzPort: 0,
      tlsCertFile: key(`${this.name}.crt`),
      tlsPrivateKeyFile: key(`${this.name}.key`),
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: key("ca.crt") },
      },
      authorization: { mode: "Webhook" },
      makeIPTablesUtilChains: false,
      kubeAPIQPS: 500,
      kubeAPIBurst: 1000,
      nodeStatusUpdateFrequency: "2s",
      nodeLeaseDurationSeconds: 8,
      // On a full disk it would delete the images, which come from no registry.
      imageGCHighThresholdPercent: 100,
      evictionHard: { "memory.available": "100Mi", "nodefs.available": "1Gi", "imagefs.available": "1Gi" },
    };
  }
}
