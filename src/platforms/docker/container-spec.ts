import { secretsFolder, secretVariables } from "../../core/secret-ref.ts";
import { threadVariables } from "../local/interpreter.ts";
import type { AttemptSpec } from "../platform.ts";

export const attemptLabel = "dev.flotilla.attempt";
export const projectLabel = "dev.flotilla.project";

/** Where a container has the parts of its attempt. */
export interface Places {
  /** The attempt's folder. */
  readonly folder: string;
  readonly work: string;
  /** The folder that holds `flotilla_runner`. */
  readonly runner: string;
  /** What of this machine it sees; undefined where it sees nothing, and its main process tells what happens. */
  readonly binds: readonly string[] | undefined;
}

export interface ContainerOptions {
  readonly image: string;
  /** The project's `.flotilla` folder. */
  readonly project: string;
  readonly python: string;
  readonly threads: number;
  /** `uid:gid`; absent: whom the image names. */
  readonly user?: string;
  readonly network: string;
  readonly sharedMemoryBytes?: number;
  /** What runs it, of those that the engine knows. */
  readonly runtime?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The names under which its task finds secrets; they come on its standard input, see `secretsLine`. */
  readonly secrets?: readonly string[];
  readonly volumes?: readonly { readonly from: string; readonly to: string; readonly readOnly?: boolean | undefined }[];
}

/** More than a program of this trade ever has, and less than what a fork bomb makes. */
const mostProcesses = 4096;

/** What a task prints goes to the attempt's own log; here is only what the supervisor itself says. */
const ownWords = { Type: "json-file", Config: { "max-size": "1m", "max-file": "1" } };
/**
 * What the task prints passes through here, a third longer. It stands in the container's own log as well: what is gone from here, of a task
 * that printed this much while nobody listened, is taken from there.
 */
const relayed = { Type: "json-file", Config: { "max-size": "64m", "max-file": "2" } };

export function containerName(attempt: string): string {
  return `flotilla-${attempt}`;
}

/** The body of a request to make the container of an attempt: the image as it is, and our supervisor in front. */
export function containerSpec(spec: AttemptSpec, places: Places, options: ContainerOptions): object {
  const { resources } = spec;
  const { image, project, python, threads, user, network, sharedMemoryBytes, runtime } = options;
  const { volumes = [], env = {}, secrets = [] } = options;
  return {
    Image: image,
    Entrypoint: [python],
    Cmd: ["-m", "flotilla_runner", places.binds === undefined ? "relay" : "supervise", places.folder],
    WorkingDir: places.work,
    ...(user === undefined ? {} : { User: user }),
    Env: Object.entries({
      PYTHONDONTWRITEBYTECODE: "1",
      ...threadVariables(threads),
      ...env,
      PYTHONPATH: [places.runner, env["PYTHONPATH"]].filter(Boolean).join(":"),
      ...(secrets.length === 0 ? {} : { ...secretVariables(secrets), FLOTILLA_SECRETS_FROM: "stdin" }),
    }).map(([name, value]) => `${name}=${value}`),
    ...(secrets.length === 0 ? {} : { OpenStdin: true, StdinOnce: true, AttachStdin: true }),
    Labels: { [attemptLabel]: spec.id, [projectLabel]: project },
    HostConfig: {
      NetworkMode: network,
      Binds: [
        ...(places.binds ?? []),
        ...volumes.map(({ from, to, readOnly }) => `${from}:${to}:${readOnly === true ? "ro" : "rw"}`),
      ],
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
      LogConfig: places.binds === undefined ? relayed : ownWords,
    },
  };
}
