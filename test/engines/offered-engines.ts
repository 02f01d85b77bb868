import { dockerPrograms, sharedDockerd } from "./docker.ts";
import { kubernetesPrograms, sharedCluster } from "./kubernetes.ts";
import { buildKubernetes } from "./kubernetes/program.ts";
import { makePythonImage } from "./python-image.ts";
import { registryAddress, registryPrograms, sharedRegistry } from "./registry.ts";
import type { Engine } from "./shared-engine.ts";
import { sshPrograms } from "./sshd.ts";

/** An engine with all that it takes to start it on a fresh machine. */
export interface OfferedEngine {
  readonly engine: Engine;
  /** What is looked for; when one of them is missing, the packages are installed. */
  readonly programs: readonly string[];
  readonly packages: readonly string[];
  /** Builds what is slow to build, unless it lies in the cache. */
  readonly prepare: () => Promise<unknown>;
  /** The variable that a shell exports to use it. */
  readonly exports: string;
}

/** All there are; a new cluster gets so many nodes. */
export function offeredEngines({ nodes }: { nodes: number }): readonly OfferedEngine[] {
  const cluster = sharedCluster(nodes);
  return [
    {
      engine: sharedDockerd,
      programs: [...dockerPrograms, ...sshPrograms, "openssl"],
      packages: ["docker.io", "openssh-client", "openssh-server", "openssl"],
      prepare: makePythonImage,
      exports: `DOCKER_HOST=${sharedDockerd.host}`,
    },
    {
      engine: sharedRegistry,
      programs: registryPrograms,
      packages: ["docker-registry"],
      prepare: async () => {},
      exports: `REGISTRY=${registryAddress}`,
    },
    {
      engine: cluster,
      programs: kubernetesPrograms,
      packages: ["containerd", "runc", "containernetworking-plugins", "iproute2", "openssl"],
      prepare: () => Promise.all([makePythonImage(), buildKubernetes()]),
      exports: `KUBECONFIG=${cluster.kubeconfig}`,
    },
  ];
}
