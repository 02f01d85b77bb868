import { type ContainerCommand, inContainer } from "../container-work.ts";
import type { AttemptSpec } from "../platform.ts";
import type { Container, ContainerStatus, Pod } from "./pod.ts";
import { taskContainer } from "./pod-names.ts";
import { literal } from "./pod-environment.ts";
import { makePod, type Placement } from "./pod-spec.ts";
import { scratchPath } from "./pod-volumes.ts";

/** Before the task's container begins: brings its inputs. The names of the two are what their runner is to do. */
export const fetchContainer = "fetch";
/** Beside it: takes its outputs once it has ended. */
export const carryContainer = "carry";

/** An image with its own entry point, and what stands around it. */
export interface CarriedCommand {
  readonly image: string;
  readonly container: ContainerCommand;
  /** Has Python. */
  readonly helperImage: string;
  /** Of the helpers: one is told to fetch, the other to carry. */
  readonly command: readonly string[];
  /** Of the two helpers, and of nobody else: the token is among it. */
  readonly env: Readonly<Record<string, string>>;
}

/** An interpreter that sends files piece by piece; a list of a hundred thousand of them needs the rest. */
const helperResources = {
  requests: { cpu: "50m", memory: "64Mi" },
  limits: { memory: "512Mi" },
};

/**
 * The pod of a container step. The task's container has its image as it is and sees four places of a volume, where they are in
 * every container; two helpers of ours see all of it. They share nothing else: no processes, no environment.
 */
export function makeCarriedPod(spec: AttemptSpec, begun: CarriedCommand, placement: Placement): Pod {
  const { image, container } = begun;
  const { secrets: _ofStep, ...unsecret } = spec;
  const pod = makePod(unsecret, { image, env: mapValues(container.env, literal) }, withoutSecrets(placement));
  const [{ workingDir: _ours, ...task }] = pod.spec!.containers as [Container & { workingDir?: unknown }];
  const mounts = task["volumeMounts"] as readonly VolumeMount[];
  const scratch = mounts.find(({ mountPath }) => mountPath === scratchPath)!;
  const helper = (name: string): Container =>
    helperOf(name, begun, { volumeMounts: [scratch], securityContext: task["securityContext"] });
  return {
    ...pod,
    spec: {
      ...pod.spec,
      initContainers: [helper(fetchContainer)],
      containers: [
        {
          ...task,
          ...(container.command === undefined ? {} : { command: container.command.map(literal) }),
          ...(container.args === undefined ? {} : { args: container.args.map(literal) }),
          volumeMounts: [...placesIn(scratch.name), ...mounts.filter((mount) => mount !== scratch)],
        },
        helper(carryContainer),
      ],
    },
  };
}

export function isCarried({ spec }: Pod): boolean {
  return spec?.containers.some(({ name }) => name === carryContainer) === true;
}

/** Of the helper without which the task's container does not begin. */
export function fetchStatus({ status }: Pod): ContainerStatus | undefined {
  return status?.initContainerStatuses?.find(({ name }) => name === fetchContainer);
}

interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

/** Nothing of ours in its container keeps them out of its log, so it gets none. */
function withoutSecrets({ secrets: _secrets, env = {}, ...placement }: Placement): Placement {
  const plain = Object.entries(env).filter(([, value]) => typeof value === "string");
  return { ...placement, env: Object.fromEntries(plain) };
}

function placesIn(volume: string): VolumeMount[] {
  const place = (path: string, more: { readonly readOnly?: true } = {}): VolumeMount => ({
    name: volume,
    mountPath: path,
    subPath: path.slice(scratchPath.length + 1),
    ...more,
  });
  const { inputs, task, outputs, work } = inContainer;
  return [place(inputs, { readOnly: true }), place(task, { readOnly: true }), place(outputs), place(work)];
}

function helperOf(
  name: string,
  { helperImage, command, env }: CarriedCommand,
  shared: { readonly volumeMounts: readonly VolumeMount[]; readonly securityContext: unknown },
): Container {
  return {
    name,
    image: helperImage,
    // The one that fetches has pulled it: what carries the outputs must not wait for a registry.
    imagePullPolicy: "IfNotPresent",
    command,
    env: Object.entries({ ...env, FLOTILLA_RUNNER: name }).map(([variable, value]) => ({ name: variable, value })),
    resources: helperResources,
    workingDir: scratchPath,
    terminationMessagePolicy: "FallbackToLogsOnError",
    ...shared,
  };
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

/** Ours among the statuses of a pod, those that begin first before the others. */
export function ownStatuses({ status }: Pod): readonly ContainerStatus[] {
  const own = new Set([fetchContainer, taskContainer, carryContainer]);
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.filter(({ name }) => own.has(name));
}
