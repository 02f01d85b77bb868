import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FlotillaError } from "../core/errors.ts";
import type { ServerBinaries } from "./server-binaries.ts";
import type { ServerOwner } from "./server-owner.ts";
import type { ServerPlace } from "./server-place.ts";

/** The only user and the only database of the embedded server. Nobody but its OS user and root reaches its socket. */
export const embeddedUser = "flotilla";
export const embeddedDatabase = "flotilla";

/** The major version that made the data; undefined when there is none yet. */
export function dataMajor({ data }: ServerPlace): number | undefined {
  const path = join(data, "PG_VERSION");
  return existsSync(path) ? Number(readFileSync(path, "utf8").trim()) : undefined;
}

/** Makes the data folder (1 s), all of it or nothing: it gets its name once it is complete. */
export function initializeData(
  { base, data }: ServerPlace,
  { bin }: ServerBinaries,
  owner: ServerOwner | undefined,
): void {
  const draft = `${data}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  if (owner !== undefined) chownSync(draft, owner.uid, owner.gid);
  const result = spawnSync(
    join(bin, "initdb"),
    [
      "-D",
      draft,
      "-U",
      embeddedUser,
      "--auth=trust",
      "--encoding=UTF8",
      "--locale=C",
      "--data-checksums",
      "--no-instructions",
    ],
    { ...identity(owner), env: environment(base), cwd: base, encoding: "utf8" },
  );
  if (result.status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw startError(
      "the store's data folder could not be made",
      `${result.stdout ?? ""}\n${result.stderr ?? ""}\n${result.error?.message ?? ""}`,
      data,
    );
  }
  renameSync(draft, data);
}

export function identity(owner: ServerOwner | undefined): { uid?: number; gid?: number } {
  return owner === undefined ? {} : { uid: owner.uid, gid: owner.gid };
}

/** PGDATA, PGPORT and the like of ours mean another server. */
export function environment(home: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PG"));
  return { ...Object.fromEntries(inherited), HOME: home, LC_ALL: "C", TZ: "UTC" };
}

/** What PostgreSQL said, as an error of ours. */
export function startError(what: string, said: string, file: string): FlotillaError {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const telling = lines.filter((line) => /FATAL|PANIC|error:/.test(line));
  // The second is what PostgreSQL says when a write was cut short.
  if (/No space left on device|Check free disk space/.test(said)) {
    return new FlotillaError("DISK_FULL", `${what}: no space is left on the device`, {
      mend: "free some space and try again",
      place: { file },
    });
  }
  return new FlotillaError(
    "STORE_START",
    `${what}: ${(telling.length > 0 ? telling : lines).slice(-3).join(" | ") || "the server says nothing"}`,
    {
      mend: "look into the server's log beside the data, or give another server with --database",
      place: { file },
    },
  );
}
