import { spawn } from "node:child_process";
import { mkdirSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identityOf, identityText, isAlive, parseIdentity } from "../../src/store/process-identity.ts";
import { until } from "../e2e/project.ts";

/**
 * A process that outlives who started it. Its pid with its start time stands in a file, so that whoever comes later ends this
 * one and no other; what it prints is in `<name>.log` beside it.
 */
export class Daemon {
  readonly name: string;
  readonly #directory: string;
  readonly #argv: readonly string[];
  readonly #env: NodeJS.ProcessEnv;

  constructor(options: { name: string; directory: string; argv: readonly string[]; env?: NodeJS.ProcessEnv }) {
    this.name = options.name;
    this.#directory = options.directory;
    this.#argv = options.argv;
    this.#env = options.env ?? {};
  }

  get logFile(): string {
    return join(this.#directory, `${this.name}.log`);
  }

  get #pidFile(): string {
    return join(this.#directory, `${this.name}.pid`);
  }

  /** Undefined when it does not run. */
  get pid(): number | undefined {
    const identity = this.#identity();
    return identity !== undefined && isAlive(identity) ? identity.pid : undefined;
  }

  /** Does nothing when it runs already. */
  start(): void {
    if (this.pid !== undefined) return;
    mkdirSync(this.#directory, { recursive: true });
    const log = openSync(this.logFile, "a");
    const [program, ...args] = this.#argv;
    const child = spawn(program!, args, {
      detached: true,
      cwd: "/",
      stdio: ["ignore", log, log],
      env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`, ...this.#env },
    });
    closeSync(log);
    // Whoever waits until it is ready says so; a program that is not there has no pid.
    child.on("error", () => {});
    child.unref();
    const identity = child.pid === undefined ? undefined : identityOf(child.pid);
    if (identity === undefined) throw new Error(`${this.name} did not start: ${this.#argv.join(" ")}`);
    writeFileSync(this.#pidFile, identityText(identity));
  }

  /** Ends it and waits until it is gone; SIGKILL after ten seconds. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const pid = this.pid;
    if (pid !== undefined) {
      process.kill(pid, signal);
      try {
        await until(() => this.pid === undefined, `${this.name} has ended`, 10_000);
      } catch {
        process.kill(pid, "SIGKILL");
        await until(() => this.pid === undefined, `${this.name} has ended`, 10_000);
      }
    }
    rmSync(this.#pidFile, { force: true });
  }

  /** Waits until it answers; throws with the end of its log when it ends before. */
  async ready(answers: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
    await until(
      async () => {
        if (this.pid === undefined) throw new Error(`${this.name} has ended:\n${this.#endOfLog()}`);
        return answers();
      },
      `${this.name} is ready (see ${this.logFile})`,
      limitMs,
    );
  }

  #endOfLog(): string {
    return readFileSync(this.logFile, "utf8").split("\n").slice(-15).join("\n");
  }

  #identity(): ReturnType<typeof parseIdentity> {
    try {
      return parseIdentity(readFileSync(this.#pidFile, "utf8"));
    } catch {
      return undefined;
    }
  }
}
