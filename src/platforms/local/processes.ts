import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

/** A process by pid and start time, which together name it for good: a pid alone is given away again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of `/proc/<pid>/stat`; on other systems the text of `ps -o lstart=`. */
  readonly startTime: string;
}

interface ProcessFacts extends ProcessIdentity {
  readonly parent: number;
  readonly session: number;
  /** Ended, and only waiting to be asked for. */
  readonly zombie: boolean;
}

const hasProc = process.platform === "linux";

/** Whether exactly this process still runs; one that has ended but was not waited for yet does not. */
export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  const facts = factsOf(pid);
  return facts !== undefined && !facts.zombie && facts.startTime === startTime;
}

/** Sends a signal to exactly this process; false if it is gone. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    return false;
  }
}

/** The identity of a running process, or undefined. */
export function identify(pid: number): ProcessIdentity | undefined {
  const facts = factsOf(pid);
  return facts && { pid, startTime: facts.startTime };
}

/**
 * The processes that belong to a supervisor: all below it, and all of its session, which still tells when the
 * supervisor itself is dead and its children have another parent. Without the supervisor.
 */
export function processesOf(supervisor: ProcessIdentity): ProcessIdentity[] {
  const all = listProcesses().filter((facts) => !facts.zombie);
  const own = new Set<number>([supervisor.pid]);
  for (const facts of all) if (facts.session === supervisor.pid && isYounger(facts, supervisor)) own.add(facts.pid);
  for (let before = 0; before !== own.size;) {
    before = own.size;
    for (const facts of all) if (own.has(facts.parent)) own.add(facts.pid);
  }
  return all
    .filter(({ pid }) => own.has(pid) && pid !== supervisor.pid)
    .map(({ pid, startTime }) => ({ pid, startTime }));
}

/** Guards against a session number that was given to somebody else since. Start times are ticks since boot on Linux. */
function isYounger(facts: ProcessIdentity, supervisor: ProcessIdentity): boolean {
  return !hasProc || Number(facts.startTime) >= Number(supervisor.startTime);
}

function factsOf(pid: number): ProcessFacts | undefined {
  if (!hasProc) return listWithPs(["-p", String(pid)])[0];
  try {
    return parseStat(pid, readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return undefined;
  }
}

function listProcesses(): ProcessFacts[] {
  if (!hasProc) return listWithPs(["-A"]);
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (factsOf(Number(name)) ?? []) : []));
}

/** The name in the second field may hold anything, so the fields are counted from its closing bracket. */
function parseStat(pid: number, stat: string): ProcessFacts {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  return {
    pid,
    zombie: state === "Z" || state === "X",
    parent: Number(fields[1]),
    session: Number(fields[3]),
    startTime: fields[19] ?? "",
  };
}

function listWithPs(which: readonly string[]): ProcessFacts[] {
  let text: string;
  try {
    text = execFileSync("ps", [...which, "-o", "pid=,ppid=,sess=,stat=,lstart="], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    });
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (!match) return [];
    const [, pid, parent, session, state, startTime] = match;
    return {
      pid: Number(pid),
      parent: Number(parent),
      session: Number(session),
      zombie: state!.startsWith("Z"),
      startTime: startTime!,
    };
  });
}
