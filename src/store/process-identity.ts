import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process named for good: pids are used again, a pid with its start time is not. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** When a process started, in the system's own words; undefined when there is none of this pid. */
function startTimeOf(pid: number): string | undefined {
  return process.platform === "linux" ? startTimeFromProc(pid) : startTimeFromPs(pid);
}

/** Field 22 of `stat`; the name before it may hold spaces and brackets, so fields are counted from the last bracket. A zombie counts as gone. */
function startTimeFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startTimeFromPs(pid: number): string | undefined {
  try {
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    }).trim();
    return text === "" ? undefined : text.replaceAll(/\W+/g, "_");
  } catch {
    return undefined;
  }
}

export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid)!;
}

/** Undefined when there is no such process. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return startTimeOf(pid) === startTime;
}

/** `<pid>-<start time>`, fit for a file name. */
export function identityText({ pid, startTime }: ProcessIdentity): string {
  return `${pid}-${startTime}`;
}

/** The identity at the beginning of a text made by `identityText`. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const match = /^(\d+)-(\w+)/.exec(text);
  return match === null ? undefined : { pid: Number(match[1]), startTime: match[2]! };
}
