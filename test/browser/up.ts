import { type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { RunDetail } from "../../src/api/schemas/run.ts";
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
    const { url } = JSON.parse(line) as { url?: string };
    if (url === undefined) throw new Error(`there is no server: ${line}`);
    this.url = url.replace(/\/$/, "");
  }

  get port(): string {
    return new URL(this.url).port;
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  /** Starts a run without a browser, and says its id. */
  async startRun(request: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const answer = await fetch(`${this.url}/api/v1/runs`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
      body: JSON.stringify({ file: "pipeline.ts", ...request }),
    });
    const body = (await answer.json()) as { id: string };
    if (!answer.ok) throw new Error(JSON.stringify(body));
    return body.id;
  }

  async run(id: string): Promise<RunDetail> {
    return (await (await fetch(`${this.url}/api/v1/runs/${id}`)).json()) as RunDetail;
  }

  async untilRunIs(id: string, state: RunDetail["state"]): Promise<void> {
    await this.untilRun(id, (run) => run.state === state);
  }

  async untilRun(id: string, holds: (run: RunDetail) => boolean): Promise<void> {
    await until(async () => holds(await this.run(id)), `run ${id} is as ${holds.toString()}`);
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
