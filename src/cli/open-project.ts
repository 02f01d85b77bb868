import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { openDiskStore } from "../artifacts/disk-store.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { FlotillaError } from "../core/errors.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import type { Invocation } from "./command.ts";

/** An open project: where it is, its store, its artifacts. */
export interface Project {
  readonly directory: string;
  /** The `.flotilla` folder. */
  readonly flotilla: string;
  readonly store: Store;
  readonly artifacts: ArtifactStore;
}

/** Opens the project for a command that looks at what is there, and closes it whatever happens. */
export async function withProject<T>(invocation: Invocation, use: (project: Project) => Promise<T>): Promise<T> {
  return withProjectAt(findProject(invocation.project), invocation.database, use);
}

export async function withProjectAt<T>(
  directory: string,
  database: string | undefined,
  use: (project: Project) => Promise<T>,
): Promise<T> {
  const flotilla = join(directory, ".flotilla");
  makeFolder(flotilla);
  const store = await openStore({ directory: flotilla, ...(database === undefined ? {} : { databaseUrl: database }) });
  // A signal that ends us must not leave the embedded server running with nobody to use it.
  const leave = (): void => void store.close().finally(() => process.exit(143));
  process.once("SIGTERM", leave);
  try {
    return await use({ directory, flotilla, store, artifacts: openDiskStore(flotilla) });
  } finally {
    process.off("SIGTERM", leave);
    await store.close();
  }
}

function findProject(given: string | undefined): string {
  const start = resolve(given ?? ".");
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".flotilla"))) return folder;
    if (given !== undefined || folder === dirname(folder)) break;
  }
  throw new FlotillaError(
    "RUN_NOT_FOUND",
    `there is no run yet in ${given === undefined ? "this folder, or one above it" : start}`,
    {
      place: { file: start },
      mend: "start one with `flotilla run`, or name the project with --project",
    },
  );
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    if (!statSync(path).isDirectory()) throw new Error("it is a file");
  } catch (cause) {
    throw new FlotillaError(
      "PROJECT_NOT_WRITABLE",
      `${path} cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
        place: { file: path },
        mend: "make the project folder writable, and remove a file of that name",
      },
    );
  }
}
