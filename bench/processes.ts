import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What the kernel says about processes, from /proc; Linux only. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** Memory in use, what it shares with others counted in full. */
  readonly rssBytes: number;
  /** The same, what is shared divided among those who share it. */
  readonly pssBytes: number;
  /** Processor time so far. */
  readonly cpuSeconds: number;
}

const ticksPerSecond = 100;

/** Undefined when it has ended meanwhile. */
export function factsOf(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1] ?? 0) * 1024;
    return {
      pid,
      parent: Number(fields[1]),
      rssBytes: bytes("Rss"),
      pssBytes: bytes("Pss"),
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    };
  } catch {
    return undefined;
  }
}

/** These processes and all below them. */
export function familyOf(roots: readonly number[]): ProcessFacts[] {
  const all = allPids().flatMap((pid) => factsOf(pid) ?? []);
  const family = new Set(roots);
  for (let before = -1; before !== family.size;) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all.filter(({ pid }) => family.has(pid));
}

/** Processes that work in this folder and were started with this word among their arguments. */
export function findProcesses(folder: string, argument: string): number[] {
  return allPids().filter((pid) => {
    try {
      return (
        readlinkSync(`/proc/${pid}/cwd`) === folder &&
        readFileSync(`/proc/${pid}/cmdline`, "utf8")
          .split("\0")
          .some((word) => word.includes(argument))
      );
    } catch {
      return false;
    }
  });
}

function allPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
