import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Seconds that a bare `ProcessPoolExecutor` needs for the same calls, measured inside its interpreter: from before the
 * pool is made until the last result is there.
 */
export async function poolSeconds(options: {
  python: string;
  folder: string;
  function: string;
  tasks: number;
  workers: number;
  /** Each call in a process of its own, forked by a worker. */
  forks?: boolean;
}): Promise<number> {
  const { python, folder, tasks, workers, forks = false } = options;
  const program = fileURLToPath(new URL("../bench/pool.py", import.meta.url));
  const child = spawn(python, [program, options.function, String(tasks), String(workers), ...(forks ? ["fork"] : [])], {
    cwd: folder,
    env: environment(folder),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`the bare pool ended with exit code ${code}`);
  return Number(output);
}

/** One thread per task on both sides; the local platform sets the same for a task of one core. */
function environment(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONPATH: folder, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
}
