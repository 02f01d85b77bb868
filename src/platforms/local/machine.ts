import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { dirname, join } from "node:path";

export interface Machine {
  /** Cores this process may use; a fraction where a control group allows part of one. */
  readonly cpus: number;
  readonly memoryBytes: number;
  /** What set each of the two, in words for `doctor`. */
  readonly cpusFrom: string;
  readonly memoryFrom: string;
}

interface Limit {
  readonly value: number;
  readonly from: string;
}

/** The folder of the control groups and the text of `/proc/self/cgroup`; replaced in tests. */
export interface ControlGroups {
  readonly root: string;
  readonly membership: string;
}

/** What this machine has for tasks: the least of the hardware, the CPU affinity and every control group above us. */
export function readMachine(groups: ControlGroups = ownControlGroups()): Machine {
  const cpus = leastOf([
    { value: availableParallelism(), from: "CPUs of this process (affinity)" },
    ...cpuLimits(groups),
  ]);
  const memory = leastOf([{ value: totalmem(), from: "memory of the machine" }, ...memoryLimits(groups)]);
  return { cpus: cpus.value, memoryBytes: memory.value, cpusFrom: cpus.from, memoryFrom: memory.from };
}

function ownControlGroups(): ControlGroups {
  return { root: "/sys/fs/cgroup", membership: readText("/proc/self/cgroup") ?? "" };
}

function leastOf(limits: readonly Limit[]): Limit {
  return limits.reduce((least, limit) => (limit.value < least.value ? limit : least));
}

function cpuLimits(groups: ControlGroups): Limit[] {
  const v2 = foldersAbove(groups, "").flatMap((folder): Limit[] => {
    const [quota, period] = (readText(join(folder, "cpu.max")) ?? "").split(/\s+/);
    return share(quota, period, join(folder, "cpu.max"));
  });
  const v1 = foldersAbove(groups, "cpu").flatMap((folder) =>
    share(
      readText(join(folder, "cpu.cfs_quota_us")),
      readText(join(folder, "cpu.cfs_period_us")),
      join(folder, "cpu.cfs_quota_us"),
    ),
  );
  return [...v2, ...v1];
}

/** `max` and -1 mean no limit. */
function share(quota: string | undefined, period: string | undefined, from: string): Limit[] {
  const value = Number(quota) / Number(period);
  return Number.isFinite(value) && value > 0 ? [{ value, from }] : [];
}

function memoryLimits(groups: ControlGroups): Limit[] {
  const files = [
    ...foldersAbove(groups, "").map((folder) => join(folder, "memory.max")),
    ...foldersAbove(groups, "memory").map((folder) => join(folder, "memory.limit_in_bytes")),
  ];
  return files.flatMap((from) => {
    const value = Number(readText(from) ?? Number.NaN);
    return Number.isFinite(value) && value > 0 ? [{ value, from }] : [];
  });
}

/**
 * The folder of our group in a version-1 hierarchy (or, for "", in the version-2 one) and all above it: a limit
 * further up holds as well. In a container the path is often that of the host, which is not mounted; the root then is ours.
 */
function foldersAbove(groups: ControlGroups, controller: string): string[] {
  const line = groups.membership
    .split("\n")
    .find((entry) => (entry.split(":")[1] ?? "").split(",").includes(controller) && entry !== "");
  if (line === undefined) return [];
  const roots =
    controller === ""
      ? [groups.root, join(groups.root, "unified")]
      : [join(groups.root, controller), join(groups.root, `${controller},cpuacct`)];
  const own = line.split(":").slice(2).join(":");
  const relative: string[] = [];
  for (let path = own; ; path = dirname(path)) {
    relative.push(path);
    if (path === "/" || path === "." || path === "") break;
  }
  return roots.flatMap((root) => relative.map((path) => join(root, path)));
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
