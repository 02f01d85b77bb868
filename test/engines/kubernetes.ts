import { join } from "node:path";
import { Cluster } from "./kubernetes/cluster.ts";
import { auditLogPath } from "./kubernetes/control-plane.ts";
import { nodeAddress } from "./kubernetes/network.ts";
import { findKubernetes } from "./kubernetes/program.ts";
import { missingPrograms, noContainers } from "./machine.ts";
import { stateFolder } from "./places.ts";
import { noPythonImage, pythonImage } from "./python-image.ts";
import { isKept, letGo, use } from "./shared-engine.ts";

export const kubernetesPrograms = ["containerd", "ctr", "runc", "ip", "openssl"];

/** The kubeconfig of one that runs already, and has the image that tests use; and where its pods reach this machine. */
const adopted = process.env["FLOTILLA_TEST_KUBERNETES"];
const adoptedAddress = process.env["FLOTILLA_TEST_NODE_ADDRESS"] ?? nodeAddress;

/** Why tests cannot run pods here; undefined when they can. */
export const noKubernetes: string | undefined =
  adopted === undefined
    ? (noContainers() ??
      missingPrograms("kubernetes", kubernetesPrograms) ??
      noPythonImage("kubernetes") ??
      noProgram() ??
      noCluster())
    : undefined;

function noProgram(): string | undefined {
  if (findKubernetes() !== undefined) return undefined;
  return "Kubernetes is not built yet: `npm run engines -- up kubernetes` builds it, in some ten minutes";
}

/** To start one takes what other suites have for their tests: it is for who means to. */
function noCluster(): string | undefined {
  return isKept("kubernetes") ? undefined : "no cluster is up: `npm run engines -- up kubernetes` starts one";
}

/** The cluster that everybody who tests on this machine shares. */
export function sharedCluster(nodes = 1): Cluster {
  return new Cluster({ directory: join(stateFolder, "kubernetes"), nodes });
}

export interface RunningKubernetes {
  /** Path of the administrator's. */
  readonly kubeconfig: string;
  /** A small image with Python and a shell; every node has it, so pods never pull it. */
  readonly image: string;
  /** Where pods reach what listens on this machine. */
  readonly nodeAddress: string;
  /** Path of the list of all requests to the API server; one that was adopted keeps its own. */
  readonly auditLog: string | undefined;
  /** Gives every node the images of an archive; one that was adopted must have what tests use. */
  load(archive: string): Promise<void>;
  /** Lets go of it; with the last user it ends. */
  stop(): Promise<void>;
}

/** A real Kubernetes. All test files share one, so a test keeps to a namespace of its own. */
export async function startKubernetes(): Promise<RunningKubernetes> {
  if (adopted !== undefined)
    return {
      kubeconfig: adopted,
      image: pythonImage,
      nodeAddress: adoptedAddress,
      auditLog: undefined,
      load: async () => {},
      stop: async () => {},
    };
  const cluster = sharedCluster();
  await use(cluster);
  return {
    kubeconfig: cluster.kubeconfig,
    image: pythonImage,
    nodeAddress,
    auditLog: auditLogPath(cluster.directory),
    load: async (archive) => void (await Promise.all(cluster.nodes.map((node) => node.load(archive)))),
    stop: () => letGo(cluster),
  };
}
