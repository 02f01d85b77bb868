import { readdirSync, readFileSync } from "node:fs";
import { identityOf, isAlive, type ProcessIdentity } from "../../../src/store/process-identity.ts";
import { until } from "../../e2e/project.ts";

/**
 * Ends all containers of the containerds below a folder. They outlive them, in the care of a shim each, which is known by the
 * socket that it reports to.
 */
export async function endContainers(directory: string): Promise<void> {
  const shims = processes().filter(({ argv }) => isShimOf(argv, directory));
  const all = shims.flatMap(({ pid }) => [...childrenOf(pid), pid]).flatMap((pid) => identityOf(pid) ?? []);
  for (const { pid } of all.filter(isAlive)) process.kill(pid, "SIGKILL");
  await until(() => !all.some((one: ProcessIdentity) => isAlive(one)), "the containers of the cluster have ended");
}

function isShimOf(argv: readonly string[], directory: string): boolean {
  const address = argv[argv.indexOf("-address") + 1] ?? "";
  return argv[0]!.endsWith("containerd-shim-runc-v2") && address.startsWith(`${directory}/`);
}

function processes(): { pid: number; argv: string[] }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), argv: read(`/proc/${name}/cmdline`).split("\0") }));
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
}

/** Empty when the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
