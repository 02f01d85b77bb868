import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { FlotillaError } from "../core/errors.ts";
import { mayEnter, type ServerOwner } from "./server-owner.ts";

/** Where the embedded server of a project keeps what. */
export interface ServerPlace {
  /** `<directory>/postgres`: who uses the server, the lock, the server's log. Ours. */
  readonly home: string;
  /** The data folder and, if need be, the copied binaries. The home too, unless the server's user cannot reach that. */
  readonly base: string;
  readonly data: string;
}

/** A unix socket's path has about 107 bytes; what comes after the folder has 14. */
const longestSocketFolder = 86;
const socketName = ".s.PGSQL.5432";

/** For root only: data of projects that lie where the server's user cannot go, as under `/root`. */
const farFolder = "/var/lib/flotilla";

/** Makes the home, and says where the data is or will be. */
export function placeOf(directory: string): ServerPlace {
  const path = join(directory, "postgres");
  mkdirSync(join(path, "users"), { recursive: true });
  const home = realpathSync(path);
  const far = farBase(home);
  const isFar = !existsSync(join(home, "data")) && readOr(join(far, "project")) === home;
  return placeAt(home, isFar ? far : home);
}

function placeAt(home: string, base: string): ServerPlace {
  return { home, base, data: join(base, "data") };
}

/** Chooses where new data goes. */
export function reachablePlace({ home, data, base }: ServerPlace, owner: ServerOwner | undefined): ServerPlace {
  if (owner === undefined || existsSync(data)) return placeAt(home, base);
  // Our own folder may be passed through; those above it are not ours to open.
  chmodSync(home, 0o755);
  if (mayEnter(owner, home)) return placeAt(home, home);
  removeForgotten();
  const far = farBase(home);
  mkdirSync(far, { recursive: true, mode: 0o755 });
  writeFileSync(join(far, "project"), home);
  return placeAt(home, far);
}

function farBase(home: string): string {
  return join(farFolder, hashOf(home));
}

/** Projects under the temporary folder come and go; what they left behind goes with the next one that comes. */
function removeForgotten(): void {
  if (!existsSync(farFolder)) return;
  for (const name of readdirSync(farFolder)) {
    const project = readOr(join(farFolder, name, "project"));
    if (project === undefined || !project.startsWith(realpathSync(tmpdir()) + sep) || existsSync(project)) continue;
    if (!existsSync(join(farFolder, name, "data", "postmaster.pid")))
      rmSync(join(farFolder, name), { recursive: true, force: true });
  }
}

/** A folder for the socket that only the server's user (and root) may enter, short enough for a socket's path; the one `before` if there was one. */
export function makeSocketFolder({ base }: ServerPlace, owner: ServerOwner | undefined, before?: string): string {
  const near = join(base, "socket");
  const folder =
    before ??
    (Buffer.byteLength(near) <= longestSocketFolder
      ? near
      : join(shortTemporaryFolder(owner), `flotilla-${hashOf(base)}`));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, 0o700);
  // In a shared temporary folder somebody else may have put something under our name.
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== (owner?.uid ?? process.getuid?.())) {
    throw new FlotillaError("STORE_START", "the folder for the store's socket belongs to somebody else", {
      mend: "remove it",
      place: { file: folder },
    });
  }
  return folder;
}

function shortTemporaryFolder(owner: ServerOwner | undefined): string {
  const fits = (folder: string): boolean =>
    Buffer.byteLength(folder) <= longestSocketFolder - 30 &&
    existsSync(folder) &&
    (owner === undefined || mayEnter(owner, folder));
  return [realpathSync(tmpdir()), "/tmp"].find(fits) ?? "/tmp";
}

/** Where the running server listens, by its own record; undefined when none runs, and maybe wrong when it was killed. */
export function recordedSocketFolder({ data }: ServerPlace): string | undefined {
  const folder = readOr(join(data, "postmaster.pid"))?.split("\n")[4];
  return folder === undefined || folder === "" ? undefined : folder;
}

/**
 * After a crash PostgreSQL refuses to start while the pid in its record belongs to anybody, also to a stranger, which in a
 * container, where pids begin anew, is the usual case. A server works in its data folder: a process that does not is none.
 */
export function removeStaleRecord({ data }: ServerPlace): void {
  const path = join(data, "postmaster.pid");
  const pid = Number(readOr(path)?.split("\n")[0]);
  if (process.platform !== "linux" || !(pid > 0) || !existsSync(`/proc/${pid}`)) return;
  try {
    if (readlinkSync(`/proc/${pid}/cwd`) !== data) rmSync(path);
  } catch {
    // Not ours to look at: PostgreSQL decides.
  }
}

/** Removes the socket folder of a stopped server if it lies outside the project. */
export function removeSocketFolder({ base }: ServerPlace, folder: string): void {
  if (!folder.startsWith(base + sep) && !existsSync(join(folder, socketName)))
    rmSync(folder, { recursive: true, force: true });
}

function hashOf(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 16);
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
