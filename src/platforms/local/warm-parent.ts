import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import type { Readable } from "node:stream";
import { dirname } from "node:path";
import type { ProcessIdentity } from "./processes.ts";
import { isRecord } from "./exit-record.ts";
import { threadVariables } from "./interpreter.ts";

/** What attempts must share to be forked from one parent. */
export interface ParentKind {
  readonly python: string;
  /** The folder of the code snapshot. */
  readonly code: string;
  /** For the numeric libraries, which read it when they are imported. */
  readonly threads: number;
}

export interface StartedMessage {
  readonly id: string;
  readonly task: ProcessIdentity;
  readonly supervisor: ProcessIdentity;
  readonly at: number;
}

/** What a parent, or a supervisor through it, tells. `over`: the process is gone, its supervisors may still report. */
export interface ParentListener {
  readonly ready: () => void;
  readonly started: (message: StartedMessage) => void;
  /** `next`: the attempt that its supervisor has begun in its place. */
  readonly ended: (id: string, next: string | undefined) => void;
  readonly refused: (id: string, reason: string) => void;
  readonly over: (how: ParentEnd) => void;
  /** Nobody can report through it any more. */
  readonly silent: () => void;
}

export interface ParentEnd {
  /** Set when no process could be made of the interpreter: ENOENT, EAGAIN. */
  readonly errno: string | undefined;
  /** The last lines it printed, for people. */
  readonly printed: string;
  readonly exit: string;
}

export interface WarmParent {
  start(attemptFolder: string): void;
  /** Ends it by closing its stdin; attempts go on, and report as long as we listen. */
  end(): void;
  /** Stops listening as well. */
  letGo(): void;
}

/** Starts `python -m flotilla_runner serve`, in a session of its own so that a Ctrl-C at the terminal does not reach it. */
export function startWarmParent(
  kind: ParentKind,
  paths: { readonly runner: string; readonly output: string },
  listener: ParentListener,
): WarmParent {
  mkdirSync(dirname(paths.output), { recursive: true });
  const output = openSync(paths.output, isLong(paths.output) ? "w" : "a");
  const printedFrom = fstatSync(output).size;
  // The working directory comes first on sys.path with -m: it must hold nothing that could hide a standard module.
  const child = spawn(kind.python, ["-m", "flotilla_runner", "serve", "--code", kind.code], {
    cwd: paths.runner,
    env: parentEnvironment(kind, paths),
    stdio: ["pipe", output, output, "pipe"],
    detached: true,
  });
  closeSync(output);
  const reports = child.stdio[3] as Readable | undefined;
  child.stdin?.on("error", () => undefined); // EPIPE: its end is reported by "exit"
  if (reports) listenTo(reports, listener);
  let isOver = false;
  const over = (errno: string | undefined, exit: string): void => {
    if (isOver) return;
    isOver = true;
    listener.over({ errno, exit, printed: lastLines(paths.output, printedFrom) });
  };
  child.on("error", (error: NodeJS.ErrnoException) => over(error.code, error.message));
  child.on("exit", (code, signal) => over(undefined, signal === null ? `exit code ${code}` : `signal ${signal}`));
  return {
    start: (dir) => void child.stdin?.write(`${JSON.stringify({ type: "start", dir })}\n`),
    end: () => void child.stdin?.end(),
    letGo: () => letGo(child, reports),
  };
}

function parentEnvironment(kind: ParentKind, paths: { readonly runner: string }): NodeJS.ProcessEnv {
  const inherited = process.env["PYTHONPATH"];
  return {
    ...process.env,
    // Also for programs that a task starts: `import flotilla` works in them too.
    PYTHONPATH: inherited ? `${paths.runner}:${inherited}` : paths.runner,
    ...threadVariables(kind.threads),
  };
}

/** Lines of JSON, each whole: supervisors write them in one call each. A line that is none is skipped. */
function listenTo(reports: Readable, listener: ParentListener): void {
  let rest = "";
  reports.setEncoding("utf8");
  reports.on("error", () => undefined);
  reports.on("close", listener.silent);
  reports.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) dispatch(line, listener);
  });
}

function dispatch(line: string, listener: ParentListener): void {
  const message = parseLine(line);
  const id = message?.["id"];
  if (message?.["type"] === "ready") return listener.ready();
  if (!message || typeof id !== "string") return;
  if (message["type"] === "ended")
    return listener.ended(id, typeof message["next"] === "string" ? message["next"] : undefined);
  if (message["type"] === "refused") return listener.refused(id, String(message["reason"]));
  const task = parseIdentity(message);
  const supervisor = parseIdentity(message["supervisor"]);
  if (message["type"] === "started" && task && supervisor) {
    listener.started({ id, task, supervisor, at: typeof message["at"] === "number" ? message["at"] : Date.now() });
  }
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function parseIdentity(value: unknown): ProcessIdentity | undefined {
  if (!isRecord(value) || typeof value["pid"] !== "number" || typeof value["startTime"] !== "string") return undefined;
  return { pid: value["pid"], startTime: value["startTime"] };
}

function letGo(child: ChildProcess, reports: Readable | undefined): void {
  child.stdin?.destroy();
  reports?.destroy();
  child.removeAllListeners();
  child.on("error", () => undefined);
  child.unref();
}

/** What parents print (warnings of libraries, mostly) is not worth keeping for ever. */
function isLong(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 1024 * 1024;
}

function lastLines(path: string, from: number): string {
  try {
    return readFileSync(path).subarray(from).toString("utf8").trimEnd().slice(-2000);
  } catch {
    return "";
  }
}
