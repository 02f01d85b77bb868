import type { RunSummary } from "../api/schemas/run.ts";
import type { RunId } from "../core/ids.ts";
import type { Engine } from "../engine/engine.ts";
import { quarantineError } from "../engine/faults.ts";
import type { Invocation, Options } from "./command.ts";
import { tellWait } from "./describe-error.ts";
import { makeEngine } from "./make-engine.ts";
import type { Project } from "./open-project.ts";
import type { Terminal } from "./terminal.ts";

/** Between two tries to take a run that nobody drives. */
const retryMs = 500;

/**
 * Sees to it that a run is driven: by whoever has it, else by an engine in this process, made when it is needed first.
 * An owner that goes away before the run has ended is thereby replaced.
 */
export class RunDriver {
  /** Never resolves; rejects with the fault that stopped our engine. */
  readonly failed: Promise<never>;
  readonly #project: Project;
  readonly #id: RunId;
  readonly #options: Options;
  readonly #terminal: Terminal;
  #fail: (fault: unknown) => void = () => undefined;
  #engine: Engine | undefined;
  #fault: unknown;
  #triedAt = -Infinity;

  constructor(project: Project, id: RunId, { options, terminal }: Pick<Invocation, "options" | "terminal">) {
    this.#project = project;
    this.#terminal = terminal;
    this.#id = id;
    this.#options = options;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
  }

  /** Whether the run is ours to drive now. */
  get isOurs(): boolean {
    return this.#engine?.owned.includes(this.#id) ?? false;
  }

  /** Takes the run if it is nobody's; says whether it is driven now. Of one that is quarantined, `failed` tells. */
  async keep(run: Pick<RunSummary, "id" | "driven" | "quarantined" | "why">): Promise<boolean> {
    if (run.quarantined) this.#fail(quarantineError(run, this.#fault));
    if (this.isOurs || run.driven) return true;
    const now = performance.now();
    if (now - this.#triedAt < retryMs) return false;
    this.#triedAt = now;
    this.#engine ??= await this.#start();
    if (!(await this.#engine.own(this.#id))) return false;
    this.#engine.ended(this.#id).catch(this.#fail);
    return true;
  }

  /** Lets go of the run; what runs, runs on. */
  async stop(): Promise<void> {
    this.#project.beforeClose.delete(this.#stopEngine);
    await this.#stopEngine();
  }

  async #start(): Promise<Engine> {
    const engine = await makeEngine(this.#project, this.#options, {
      onFault: (_, fault) => (this.#fault = fault),
      onWait: (error) => tellWait(error, this.#terminal),
    });
    await engine.start();
    this.#project.beforeClose.add(this.#stopEngine);
    return engine;
  }

  readonly #stopEngine = async (): Promise<void> => {
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.stop();
  };
}
