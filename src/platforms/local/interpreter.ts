import { join } from "node:path";
import type { Resources, Work } from "../../core/plan.ts";
import { environmentFolder } from "./run-command.ts";

/** The Python that runs a task; for other kinds of work the one that supervises it. */
export function interpreterOf(work: Work, flotilla: string, supervising: string): string {
  if (work.type !== "python") return supervising;
  const { environment } = work;
  return environment.type === "venv"
    ? join(environmentFolder(flotilla, environment.hash), "bin", "python")
    : environment.python;
}

/** Threads that the numeric libraries of a task may start: as many as the cores it asked for, so that tasks do not crowd each other out. */
export function threadsOf(resources: Resources): number {
  return Math.max(1, Math.ceil(resources.cpu));
}

/** What tells the numeric libraries; they read it when they are imported. */
export function threadVariables(threads: number): Record<string, string> {
  const names = ["OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR"].map((library) => `${library}_NUM_THREADS`);
  return Object.fromEntries([...names, "VECLIB_MAXIMUM_THREADS"].map((name) => [name, String(threads)]));
}
