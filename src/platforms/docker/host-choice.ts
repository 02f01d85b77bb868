import type { Resources } from "../../core/plan.ts";
import { formatBytes } from "../../core/units.ts";

/** What a host has, and what of it is promised to attempts. A size that is not known is no limit. */
export interface HostLoad {
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly gpus: number | undefined;
  readonly attempts: number;
  readonly promised: Demand;
}

export interface Demand {
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly gpu: number;
}

export function demandOf({ cpu, memoryBytes = 0, gpu = 0 }: Resources): Demand {
  return { cpu, memoryBytes, gpu };
}

export function sumOf(demands: Iterable<Demand>): Demand {
  let [cpu, memoryBytes, gpu] = [0, 0, 0];
  for (const demand of demands) {
    cpu += demand.cpu;
    memoryBytes += demand.memoryBytes;
    gpu += demand.gpu;
  }
  return { cpu, memoryBytes, gpu };
}

/**
 * The host on which the least of what there is would be promised afterwards; undefined where there is room on none. A host with
 * nothing to do takes also what is too large for it: its Docker says then what is wrong.
 */
export function chooseHost<Host extends HostLoad>(hosts: readonly Host[], demand: Demand): Host | undefined {
  const fit = hosts.filter((host) => host.attempts === 0 || shareWith(host, demand) <= 1);
  const weight = (host: Host): readonly [number, number] => [shareWith(host, demand), host.attempts];
  return fit.toSorted((a, b) => compare(weight(a), weight(b)))[0];
}

/** What an attempt waits for that there is no room for. */
export function noRoom(hosts: readonly HostLoad[], { cpu, memoryBytes, gpu }: Demand): string {
  const wanted = [
    `${cpu} CPUs`,
    ...(memoryBytes === 0 ? [] : [formatBytes(memoryBytes)]),
    ...(gpu === 0 ? [] : [`${gpu} GPUs`]),
  ].join(" and ");
  const none =
    hosts.length === 1 ? "the host that answers has not" : `none of the ${hosts.length} hosts that answer has`;
  return `${none} ${wanted} free`;
}

/** Of what is scarcest. The last digit of a sum of fractions is no reason to wait. */
function shareWith(
  { cpus = Infinity, memoryBytes = Infinity, gpus = Infinity, promised }: HostLoad,
  demand: Demand,
): number {
  const share = Math.max(
    (promised.cpu + demand.cpu) / cpus,
    (promised.memoryBytes + demand.memoryBytes) / memoryBytes,
    (promised.gpu + demand.gpu) / gpus,
  );
  return share - 1e-9;
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
  return Math.abs(a[0] - b[0]) > 1e-9 ? a[0] - b[0] : a[1] - b[1];
}
