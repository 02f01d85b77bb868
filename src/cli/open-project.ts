import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { openDiskStore } from "../artifacts/disk-store.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { FlotillaError } from "../core/errors.ts";
import type { NamedProfile } from "../core/profile.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import type { Invocation } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { onInterrupt } from "./interrupts.ts";
import { noteStore } from "./known-stores.ts";
import { profileOf } from "./project-profile.ts";

/** An open project: where it is, its store, its artifacts. */
export interface Project {
  readonly directory: string;
  /** The `.flotilla` folder. */
  readonly flotilla: string;
  /** The server of the user's, if the embedded one is not used. */
  readonly database: string | undefined;
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  /** The profile in use, read when it is asked for first. */
  readonly profile: () => Promise<NamedProfile>;
  /** Done before the store is closed, also when a signal ends the process. */
  readonly beforeClose: Set<() => Promise<void>>;
  /** Closes the project and ends the process; within seconds, whatever hangs. */
  readonly leave: (exitCode: number) => void;
}

/** Opens the project for a command that looks at what is there, and closes it whatever happens. */
export async function withProject<T>(invocation: Invocation, use: (project: Project) => Promise<T>): Promise<T> {
  return withProjectAt(findProject(invocation.project), invocation, use);
}

/** Opens the project in a folder, its `.flotilla` made if need be, and closes it whatever happens. */
export async function withProjectAt<T>(
  directory: string,
  { database, options }: Pick<Invocation, "database" | "options">,
  use: (project: Project) => Promise<T>,
): Promise<T> {
  const flotilla = join(directory, ".flotilla");
  makeFolder(flotilla);
  const store = await openStore({ directory: flotilla, ...(database === undefined ? {} : { databaseUrl: database }) });
  const beforeClose = new Set<() => Promise<void>>();
  // The embedded server must not be left running with nobody to use it.
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeAll(beforeClose, store));
  const leave = leaving(close);
  const stopListening = onEnding(leave);
  try {
    noteStore(flotilla, database);
    const artifacts = openDiskStore(flotilla);
    const profile = (): Promise<NamedProfile> => profileOf(directory, options);
    return await use({ directory, flotilla, database, store, artifacts, profile, beforeClose, leave });
  } finally {
    stopListening();
    await close();
  }
}

async function closeAll(beforeClose: ReadonlySet<() => Promise<void>>, store: Store): Promise<void> {
  for (const task of beforeClose) await task();
  await store.close();
}

const leaveLimitMs = 3000;

function leaving(close: () => Promise<void>): (exitCode: number) => void {
  let isLeaving = false;
  return (exitCode) => {
    if (isLeaving) return;
    isLeaving = true;
    setTimeout(() => process.exit(exitCode), leaveLimitMs);
    void close().finally(() => process.exit(exitCode));
  };
}

/** Leaves on Ctrl-C, on a request to end, and when the terminal is closed. */
function onEnding(leave: (exitCode: number) => void): () => void {
  const stopInterrupts = onInterrupt(() => leave(exitCodes.interrupted.code));
  const terminate = (): void => leave(143);
  const hangUp = (): void => leave(129);
  process.once("SIGTERM", terminate).once("SIGHUP", hangUp);
  return () => {
    stopInterrupts();
    process.off("SIGTERM", terminate).off("SIGHUP", hangUp);
  };
}

/** The folder with `.flotilla`: the one given, or the nearest from here upwards. Throws `RUN_NOT_FOUND` when there is none. */
export function findProject(given: string | undefined): string {
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

/** Makes sure of a folder that can be written. Throws `PROJECT_NOT_WRITABLE`. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    if (!statSync(path).isDirectory()) throw new Error("it is a file");
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new FlotillaError(
      "PROJECT_NOT_WRITABLE",
      `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
        place: { file: path },
        mend: "make the project folder writable, and remove a file of that name",
      },
    );
  }
}
