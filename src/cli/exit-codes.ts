import type { ErrorCode, FlotillaError } from "../core/errors.ts";

/** What each exit code means; the reference page is made from this. */
export const exitCodes = {
  done: { code: 0, means: "done; of a run: every task succeeded" },
  tasksFailed: { code: 1, means: "the run ended, and some tasks did not succeed" },
  usage: { code: 2, means: "wrong use: the command line, the pipeline file, parameters, scenarios" },
  surroundings: { code: 3, means: "the surroundings: the store, the disk, the project folder" },
  internal: { code: 4, means: "a fault in Flotilla itself" },
  interrupted: { code: 130, means: "cancelled with Ctrl-C" },
} as const;

const surroundings: readonly ErrorCode[] = [
  "STORE_UNREACHABLE",
  "STORE_NEWER",
  "STORE_START",
  "PROJECT_NOT_WRITABLE",
  "DISK_FULL",
  "BLOB_MISSING",
  "BLOB_DAMAGED",
  "DOCKER_ACCESS",
  "DOCKER_UNREACHABLE",
  "DOCKER_REFUSED",
  "TASK_API_ADDRESS",
  "CLUSTER_ACCESS",
  "CLUSTER_UNREACHABLE",
  "CLUSTER_REFUSED",
  "SERVER_BUSY",
  "SERVER_UNREACHABLE",
  "ADDRESS_TAKEN",
];

export function exitCodeOf({ code }: FlotillaError): number {
  if (code === "INTERNAL") return exitCodes.internal.code;
  return surroundings.includes(code) ? exitCodes.surroundings.code : exitCodes.usage.code;
}
