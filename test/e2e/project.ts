import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type LedgerLine, readLedger } from "./ledger.ts";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");
const cli = join(repository, "dist/cli.js");

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project in a folder of its own, used through the command line as a person would. */
export class Project {
  readonly directory: string;
  /** Where tasks that do not see the folder keep their ledger. */
  ledgerAddress: string | undefined;
  readonly #running = new Set<ChildProcess>();

  constructor(files: Readonly<Record<string, string>>, options: { copyOf?: string } = {}) {
    this.directory = mkdtempSync(join(tmpdir(), "flotilla-e2e-"));
    // Open to other users: as root, the embedded server runs as one of them and has its data in the project.
    chmodSync(this.directory, 0o755);
    if (options.copyOf !== undefined)
      cpSync(join(repository, options.copyOf), this.directory, {
        recursive: true,
        filter: (from) => !from.includes(".flotilla"),
      });
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.directory, name)), { recursive: true });
    writeFileSync(join(this.directory, name), text);
  }

  delete(name: string): void {
    rmSync(join(this.directory, name), { force: true });
  }

  read(name: string): string {
    return readFileSync(join(this.directory, name), "utf8");
  }

  has(name: string): boolean {
    return existsSync(join(this.directory, name));
  }

  /** Runs a command to its end. */
  async flotilla(...args: string[]): Promise<Result> {
    const child = this.start(...args);
    return finished(child);
  }

  /** The same, and the one JSON document it prints. */
  async json<T>(...args: string[]): Promise<T> {
    const result = await this.flotilla(...args, "--json");
    try {
      return JSON.parse(result.stdout) as T;
    } catch {
      throw new Error(
        `flotilla ${args.join(" ")} printed no JSON document (exit code ${result.code}):\n${result.stdout}\n${result.stderr}`,
      );
    }
  }

  start(...args: string[]): ChildProcess & { output: () => string } {
    return this.startWith({}, ...args);
  }

  startWith(env: Readonly<Record<string, string>>, ...args: string[]): ChildProcess & { output: () => string } {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: this.directory,
      env: { ...process.env, NO_COLOR: "1", DATABASE_URL: "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#running.add(child);
    child.on("exit", () => this.#running.delete(child));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    return Object.assign(child, { output: () => output });
  }

  ledger(): LedgerLine[] {
    return readLedger(this);
  }

  /** Ends what this test started and removes the folder; `beforeFolder` is called when nothing runs any more. */
  async remove({ beforeFolder }: { beforeFolder?: () => void } = {}): Promise<void> {
    for (const child of this.#running) child.kill("SIGKILL");
    await until(() => this.#running.size === 0, "the commands have ended");
    const postmaster = join(this.directory, ".flotilla/postgres/data/postmaster.pid");
    if (existsSync(postmaster)) {
      const pid = Number(readFileSync(postmaster, "utf8").split("\n")[0]);
      if (isAlive(pid)) process.kill(pid, "SIGINT");
      await until(() => !isAlive(pid), "the embedded server has stopped");
    }
    beforeFolder?.();
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function finished(child: ChildProcess): Promise<Result> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

/** Processes that name this folder in their command, or work in it; Linux only, none elsewhere. */
export function processesIn(folder: string): number[] {
  if (!existsSync("/proc")) return [];
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && isAlive(pid) && (commandOf(pid).includes(folder) || placeOf(pid).startsWith(folder)));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it has ended
  }
}

function placeOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

/** Looks again and again until it holds; fails with what was waited for. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, limitMs = 60_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`after ${limitMs} ms still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The last line that a run prints with `--json`. */
export interface RunEnded {
  readonly type: "run.ended";
  readonly run: string;
  readonly state: string;
  readonly tasks: Readonly<Record<string, number>>;
  readonly durationMs: number;
}

export function lastLine(result: Result): RunEnded {
  const line = result.stdout.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line) as RunEnded;
  } catch {
    throw new Error(`the last line is no JSON (exit code ${result.code}): ${line}\n${result.stderr}`);
  }
}
