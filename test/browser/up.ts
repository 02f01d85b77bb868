import { type ChildProcess } from "node:child_process";
import { Project, until } from "../e2e/project.ts";

/** A server in a project of its own, started as a person would. */
export class Up {
  readonly project: Project;
  #process: (ChildProcess & { output: () => string }) | undefined;
  url = "";

  constructor(files: Readonly<Record<string, string>>, options: { copyOf?: string } = {}) {
    this.project = new Project(files, options);
  }

  /** Waits until it says where it is. With a port, so that pages find it again after it has been away. */
  async start(...args: string[]): Promise<void> {
    const started = this.project.start("up", "--json", ...args);
    this.#process = started;
    await until(() => started.output().includes("\n") || started.exitCode !== null, "the server says where it is");
    const line = started.output().split("\n")[0] ?? "";
    this.url = (JSON.parse(line) as { url: string }).url.replace(/\/$/, "");
  }

  get port(): string {
    return new URL(this.url).port;
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const process = this.#process;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    process.kill(signal);
    await until(() => process.exitCode !== null || process.signalCode !== null, "the server has ended");
  }

  async remove(): Promise<void> {
    await this.end();
    await this.project.remove();
  }
}
