import type { Binding } from "../core/profile.ts";
import { FlotillaError } from "../core/errors.ts";
import { parseCpu, parseDuration, parseMemory } from "./quantities.ts";
import { refuseUnknown } from "./refuse-unknown.ts";

type BindingOf<Type extends Binding["type"]> = Extract<Binding, { type: Type }>;

interface Limits {
  /** Cores to promise to tasks in all: `8`, or `"500m"`. */
  readonly cpus?: number | string;
  /** Memory to promise to tasks in all: bytes, or a text such as `"16Gi"`. */
  readonly memory?: number | string;
  /** So many tasks at once. */
  readonly slots?: number;
}

/**
 * Binds a name to this machine. Without options it shares what the machine has with `local` and all other such names; with
 * them it is counted by itself.
 */
export function local(options: Limits = {}): BindingOf<"local"> {
  refuseUnknown("CONFIG_INVALID", "local()", options, ["cpus", "memory", "slots"]);
  return Object.freeze({ type: "local", ...limitsOf("local()", options) });
}

export interface DockerOptions
  extends Limits, Omit<BindingOf<"docker">, "type" | "cpus" | "memoryBytes" | "slots" | "sharedMemoryBytes"> {
  /** Size of `/dev/shm`, such as `"1Gi"`. */
  readonly sharedMemory?: number | string;
}

/** Binds a name to a Docker engine. A step on it needs an image, its own (`image:`) or this one. */
export function docker(options: DockerOptions = {}): BindingOf<"docker"> {
  const { cpus, memory, slots, sharedMemory, ...rest } = options;
  return Object.freeze({
    type: "docker",
    ...rest,
    ...limitsOf("docker()", { cpus, memory, slots }),
    ...(sharedMemory === undefined ? {} : { sharedMemoryBytes: read("docker()", () => parseMemory(sharedMemory)) }),
  });
}

export interface KubernetesOptions extends Omit<
  BindingOf<"kubernetes">,
  "type" | "ephemeralStorageBytes" | "startWithinMs" | "idleMs"
> {
  /** What a pod may write beside its volumes, where its step does not say: bytes, or a text such as `"10Gi"`. */
  readonly ephemeralStorage?: number | string;
  /** An attempt that has not begun by then is given up, whatever it waits for: `"2h"`, or milliseconds. A day if absent. */
  readonly startWithin?: number | string;
  /** An attempt that has not been heard of for so long is ended, and tried again; never if absent. */
  readonly idle?: number | string;
}

/** Binds a name to a namespace of a Kubernetes cluster. A step on it needs an image, its own (`image:`) or this one. */
export function kubernetes(options: KubernetesOptions = {}): BindingOf<"kubernetes"> {
  const { ephemeralStorage, startWithin, idle, ...rest } = options;
  const of = "kubernetes()";
  return Object.freeze({
    type: "kubernetes",
    ...rest,
    ...(ephemeralStorage === undefined ? {} : { ephemeralStorageBytes: read(of, () => parseMemory(ephemeralStorage)) }),
    ...(startWithin === undefined ? {} : { startWithinMs: read(of, () => parseDuration(startWithin)) }),
    ...(idle === undefined ? {} : { idleMs: read(of, () => parseDuration(idle)) }),
  });
}

function limitsOf(
  of: string,
  { cpus, memory, slots }: { [Name in keyof Limits]: Limits[Name] | undefined },
): Pick<BindingOf<"local">, "cpus" | "memoryBytes" | "slots"> {
  return {
    ...(cpus === undefined ? {} : { cpus: read(of, () => parseCpu(cpus)) }),
    ...(memory === undefined ? {} : { memoryBytes: read(of, () => parseMemory(memory)) }),
    ...(slots === undefined ? {} : { slots }),
  };
}

function read(of: string, quantity: () => number): number {
  try {
    return quantity();
  } catch (thrown) {
    throw new FlotillaError("CONFIG_INVALID", `${of} is declared wrongly: ${(thrown as Error).message}`, {
      mend: "correct the quantity",
    });
  }
}
