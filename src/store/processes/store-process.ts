import { spawn } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { RunId } from "../../core/ids.ts";

/** What the process says, one object a line. */
export type Message =
  | { readonly type: "open" | "closed" }
  | { readonly type: "writing"; readonly run: RunId }
  | { readonly type: "wrote"; readonly task: number }
  | { readonly type: "failed"; readonly code: string };

/** A process that uses a store, as a command of ours would. */
export interface StoreProcess {
  readonly pid: number;
  readonly messages: readonly Message[];
  say(what: "write" | "close" | "exit"): void;
  kill(): void;
  readonly ended: Promise<void>;
}

const here = dirname(fileURLToPath(import.meta.url));

/** Bundles the program as the build does: one file, the migrations beside it, within reach of `node_modules`. */
export async function buildStoreUser(): Promise<string> {
  const modules = dirname(dirname(createRequire(import.meta.url).resolve("pg/package.json")));
  const folder = join(modules, ".cache", "flotilla-tests", String(process.pid));
  mkdirSync(folder, { recursive: true });
  cpSync(join(here, "..", "migrations"), join(folder, "migrations"), { recursive: true });
  const outfile = join(folder, "store-user.mjs");
  await build({
    entryPoints: [join(here, "store-user.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
  });
  return outfile;
}

export function startStoreProcess(
  program: string,
  directory: string,
  user: { uid?: number; gid?: number } = {},
): StoreProcess {
  const child = spawn(process.execPath, [program, directory], {
    ...user,
    stdio: ["pipe", "pipe", "inherit"],
    cwd: "/",
  });
  const messages: Message[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => messages.push(JSON.parse(line) as Message));
  child.stdin.on("error", () => undefined);
  return {
    pid: child.pid!,
    messages,
    say: (what) => void child.stdin.write(`${what}\n`),
    kill: () => void child.kill("SIGKILL"),
    ended: new Promise((resolve) => child.once("close", () => resolve())),
  };
}
