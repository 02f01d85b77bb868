import { secretsFolder, secretVariables } from "../../core/secret-ref.ts";
import { threadVariables } from "../local/interpreter.ts";
import type { AttemptSpec } from "../platform.ts";

export const attemptLabel = "dev.flotilla.attempt";
export const projectLabel = "dev.flotilla.project";

/** Where the parts of an attempt lie on this machine; the container sees them in the same places. */
export interface Places {
  /** The attempt's folder. */
  readonly folder: string;
  readonly work: string;
  /** Of its run: what survives retries. */
  readonly checkpoints: string;
  readonly code: string;
  /** The folder that holds `flotilla_runner`. */
  readonly runner: string;
}

export interface ContainerOptions {
  readonly image: string;
  /** The project's `.flotilla` folder. */
  readonly project: string;
  /** `uid:gid`; absent: whom the image names. */
  readonly user?: string;
  readonly network: string;
  readonly sharedMemoryBytes?: number;
  /** What runs it, of those that the engine knows. */
  readonly runtime?: string;
  readonly volumes?: readonly { readonly from: string; readonly to: string; readonly readOnly?: boolean | undefined }[];
}

/** More than a program of this trade ever has, and less than what a fork bomb makes. */
const mostProcesses = 4096;

export function containerName(attempt: string): string {
  return `flotilla-${attempt}`;
}

/** How a container begins, and what it sees of this machine. */
export interface Beginning {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly binds: readonly string[];
  /** What the engine keeps of what it prints: files of so many MiB, and how many of them. */
  readonly logFiles: { readonly mebibytes: number; readonly count: number };
  /** The names under which its task finds secrets; they come on its standard input, see `secretsLine`. */
  readonly secrets?: readonly string[];
}

interface Supervised extends Pick<Beginning, "secrets"> {
  readonly python: string;
  readonly threads: number;
  /** Of the platform. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Our supervisor in front, over the attempt's folder. */
export function supervised(places: Places, { python, threads, env = {}, secrets = [] }: Supervised): Beginning {
  const inPlace = (path: string, mode: "rw" | "ro"): string => `${path}:${path}:${mode}`;
  return {
    Entrypoint: [python],
    Cmd: ["-m", "flotilla_runner", "supervise", places.folder],
    WorkingDir: places.work,
    env: {
      PYTHONDONTWRITEBYTECODE: "1",
      ...threadVariables(threads),
      ...env,
      PYTHONPATH: [places.runner, env["PYTHONPATH"]].filter(Boolean).join(":"),
      ...(secrets.length === 0 ? {} : { ...secretVariables(secrets), FLOTILLA_SECRETS_FROM: "stdin" }),
    },
    binds: [
      inPlace(places.folder, "rw"),
      inPlace(places.checkpoints, "rw"),
      inPlace(places.code, "ro"),
      inPlace(places.runner, "ro"),
    ],
    // What it prints goes to the attempt's own log; here is only what the supervisor itself says.
    logFiles: { mebibytes: 1, count: 1 },
    secrets,
  };
}

/** The body of a request to make the container of an attempt: the image as it is, begun in a way of ours or in its own. */
export function containerSpec(
  spec: AttemptSpec,
  { binds, logFiles, env, secrets = [], ...begin }: Beginning,
  options: ContainerOptions,
): object {
  const { resources } = spec;
  const { image, project, user, network, sharedMemoryBytes, runtime, volumes = [] } = options;
  return {
    Image: image,
    ...begin,
    ...(user === undefined ? {} : { User: user }),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(secrets.length === 0 ? {} : { OpenStdin: true, StdinOnce: true, AttachStdin: true }),
    Labels: { [attemptLabel]: spec.id, [projectLabel]: project },
    HostConfig: {
      NetworkMode: network,
      Binds: [...binds, ...volumes.map(({ from, to, readOnly }) => `${from}:${to}:${readOnly === true ? "ro" : "rw"}`)],
      NanoCpus: Math.round(resources.cpu * 1e9),
      // As much swap as memory would double it.
      ...(resources.memoryBytes === undefined
        ? {}
        : { Memory: Math.ceil(resources.memoryBytes), MemorySwap: Math.ceil(resources.memoryBytes) }),
      // In memory alone, and gone with the container.
      ...(secrets.length === 0 ? {} : { Tmpfs: { [secretsFolder]: "rw,noexec,nosuid,nodev,size=4m,mode=1777" } }),
      ...(runtime === undefined ? {} : { Runtime: runtime }),
      ...(sharedMemoryBytes === undefined ? {} : { ShmSize: sharedMemoryBytes }),
      ...(resources.gpu === undefined || resources.gpu === 0
        ? {}
        : { DeviceRequests: [{ Driver: "", Count: resources.gpu, Capabilities: [["gpu"]] }] }),
      PidsLimit: mostProcesses,
      SecurityOpt: ["no-new-privileges"],
      // Its end is read from it, so it is ours to remove.
      AutoRemove: false,
      RestartPolicy: { Name: "no" },
      LogConfig: {
        Type: "json-file",
        Config: { "max-size": `${logFiles.mebibytes}m`, "max-file": String(logFiles.count) },
      },
    },
  };
}
