import { join } from "node:path";
import { Daemon } from "../daemon.ts";
import { kubeconfigPath } from "./kubeconfig.ts";
import { nodeAddress } from "./network.ts";

/** The parts that a cluster has once, in the order in which they start. */
export interface ControlPlane {
  readonly etcd: Daemon;
  readonly apiServer: Daemon;
  readonly controllerManager: Daemon;
  readonly scheduler: Daemon;
}

/** Who asked the API server for what, one JSON object a line. */
export function auditLogPath(directory: string): string {
  return join(directory, "audit.log");
}

export function controlPlane(directory: string, program: string): ControlPlane {
  const key = (file: string): string => join(directory, "keys", file);
  const daemon = (name: string, flags: readonly string[]): Daemon =>
    new Daemon({ name, directory: join(directory, "run"), argv: [program, name, ...flags] });
  return {
    etcd: daemon("etcd", [
      `--data-dir=${join(directory, "etcd")}`,
      "--listen-client-urls=https://127.0.0.1:12379",
      "--advertise-client-urls=https://127.0.0.1:12379",
      "--listen-peer-urls=http://127.0.0.1:12380",
      ...[`--cert-file=${key("etcd.crt")}`, `--key-file=${key("etcd.key")}`],
      ...["--client-cert-auth", `--trusted-ca-file=${key("etcd-ca.crt")}`],
      // Only the death of the whole machine would lose what is not synced.
      "--unsafe-no-fsync",
      "--log-level=warn",
    ]),
    apiServer: daemon("kube-apiserver", [
      ...[`--bind-address=${nodeAddress}`, `--advertise-address=${nodeAddress}`, "--secure-port=16443"],
      ...["--etcd-servers=https://127.0.0.1:12379", `--etcd-cafile=${key("etcd-ca.crt")}`],
      ...[`--etcd-certfile=${key("etcd-client.crt")}`, `--etcd-keyfile=${key("etcd-client.key")}`],
      ...[`--client-ca-file=${key("ca.crt")}`, `--tls-cert-file=${key("apiserver.crt")}`],
      ...[`--tls-private-key-file=${key("apiserver.key")}`, `--kubelet-certificate-authority=${key("ca.crt")}`],
      `--kubelet-client-certificate=${key("apiserver-kubelet.crt")}`,
      `--kubelet-client-key=${key("apiserver-kubelet.key")}`,
      "--kubelet-preferred-address-types=InternalIP",
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${key("service-accounts.pub")}`,
      `--service-account-signing-key-file=${key("service-accounts.key")}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      ...["--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction"],
      ...[`--audit-log-path=${auditLogPath(directory)}`, `--audit-policy-file=${join(directory, "audit-policy.json")}`],
      // A node that is dead matters after seconds, not after five minutes.
      ...["--default-not-ready-toleration-seconds=5", "--default-unreachable-toleration-seconds=5"],
      // Otherwise it waits for open watches for longer than a test should.
      "--shutdown-watch-termination-grace-period=1s",
      "--profiling=false",
    ]),
    controllerManager: daemon("kube-controller-manager", [
      `--kubeconfig=${kubeconfigPath(directory, "kube-controller-manager")}`,
      ...["--use-service-account-credentials", `--service-account-private-key-file=${key("service-accounts.key")}`],
      `--root-ca-file=${key("ca.crt")}`,
      ...["--node-monitor-period=1s", "--node-monitor-grace-period=10s"],
      ...["--kube-api-qps=500", "--kube-api-burst=1000", "--terminated-pod-gc-threshold=20000"],
      ...["--leader-elect=false", "--bind-address=127.0.0.1", "--secure-port=0", "--profiling=false"],
    ]),
    scheduler: daemon("kube-scheduler", [
      `--kubeconfig=${kubeconfigPath(directory, "kube-scheduler")}`,
      ...["--kube-api-qps=500", "--kube-api-burst=1000"],
      ...["--leader-elect=false", "--bind-address=127.0.0.1", "--secure-port=0", "--profiling=false"],
    ]),
  };
}
