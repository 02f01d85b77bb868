import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The command line as it was built; bundles of benches lie beside it. */
export const cli = fileURLToPath(new URL("./cli.js", import.meta.url));

export interface Finished {
  readonly stdout: string;
  /** From before the process was made until it has ended. */
  readonly seconds: number;
}

/** Starts `flotilla …` in a project, as a person would type it. */
export function startFlotilla(project: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [cli, ...args], {
    cwd: project,
    env: { ...process.env, NO_COLOR: "1", DATABASE_URL: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs it to its end, which must be a good one. */
export async function flotilla(project: string, args: readonly string[]): Promise<Finished> {
  const started = performance.now();
  const child = startFlotilla(project, args);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`flotilla ${args.join(" ")} ended with exit code ${code}:\n${stdout}${stderr}`);
  return { stdout, seconds };
}
