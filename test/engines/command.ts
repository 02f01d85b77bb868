import { type ExecFileException, execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a program; answers with what it prints, and throws with what it says when it fails. */
export async function command(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    return (await run(program, args, { ...options, maxBuffer: 64 << 20 })).stdout;
  } catch (error) {
    const { stderr = "", message } = error as ExecFileException & { stderr?: string };
    throw new Error(`${program} failed: ${stderr.trim().slice(-2_000) || message}`, { cause: error });
  }
}

/** Where a program is, also where only root looks for programs; undefined if it is not installed. */
export function findProgram(name: string): string | undefined {
  try {
    const path = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;
    return execFileSync("sh", ["-c", 'command -v "$1"', "sh", name], { env: { PATH: path }, encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
