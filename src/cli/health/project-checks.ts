import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { formatBytes } from "../../core/units.ts";
import { readMigrations } from "../../store/migrate.ts";
import { openStore } from "../../store/open-store.ts";
import { storeName } from "../known-stores.ts";
import { findProject, makeFolder } from "../open-project.ts";
import { failed, type Finding, missing, ok, optional } from "./finding.ts";

const leastFreeBytes = 2 ** 30;

/** The project here, if there is one, its disk and its store. Leaves nothing behind where there is none. */
export async function checkProject(given: {
  project: string | undefined;
  database: string | undefined;
}): Promise<Finding[]> {
  const folder = projectFolder(given.project);
  const place = folder ?? resolve(given.project ?? ".");
  return [
    disk(place),
    folder === undefined
      ? optional("project", `none in ${place} yet`, "it is made by the first `flotilla run`")
      : writable(folder),
    await store(folder, given.database),
  ];
}

function projectFolder(given: string | undefined): string | undefined {
  try {
    return findProject(given);
  } catch {
    return undefined;
  }
}

function disk(folder: string): Finding {
  try {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    if (free >= leastFreeBytes) return ok("disk", `${formatBytes(free)} free`);
    return missing(
      "disk",
      `${formatBytes(free)} free`,
      "make room; runs you need no more go with: flotilla gc --keep 5",
    );
  } catch (thrown) {
    return failed("disk", thrown);
  }
}

function writable(folder: string): Finding {
  const flotilla = join(folder, ".flotilla");
  const probe = join(flotilla, `doctor-${process.pid}`);
  try {
    makeFolder(flotilla);
    writeFileSync(probe, "");
    return ok("project", `${flotilla} can be written`);
  } catch (thrown) {
    return missing(
      "project",
      failed("project", thrown).found,
      "make it writable, or name another project with --project",
    );
  } finally {
    rmSync(probe, { force: true });
  }
}

async function store(folder: string | undefined, database: string | undefined): Promise<Finding> {
  const tried = folder === undefined && database === undefined ? temporaryFolder() : undefined;
  try {
    const directory = tried ?? join(folder ?? ".", ".flotilla");
    const opened = await openStore({ directory, ...(database === undefined ? {} : { databaseUrl: database }) });
    const some = (await opened.listRuns({ limit: 1 })).length > 0;
    await opened.close();
    const version = (await readMigrations()).at(-1)?.number ?? 0;
    const server = database === undefined ? "embedded PostgreSQL starts" : `${storeName(database)} answers`;
    return ok("store", `${server}, schema ${version}${some || tried !== undefined ? "" : ", no run yet"}`);
  } catch (thrown) {
    return failed("store", thrown);
  } finally {
    if (tried !== undefined && existsSync(tried)) rmSync(tried, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Open to others: as root, the embedded server runs as another user. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "flotilla-doctor-"));
  chmodSync(folder, 0o755);
  return folder;
}
