import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { FlotillaError } from "../core/errors.ts";

/** The OS user that the server runs as, when that is not our own. */
export interface ServerOwner {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. So as root it runs as whoever owns the data already, else as `postgres`, else as
 * `nobody`; undefined when we are somebody ordinary, and the server runs as we do. The user must be in `/etc/passwd`:
 * initdb asks for its name.
 */
export function chooseServerOwner(dataFolder: string): ServerOwner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readUsers();
  const before = ownerOf(dataFolder);
  const found =
    before === undefined || before === 0
      ? (users.find(({ name }) => name === "postgres") ?? users.find(({ name }) => name === "nobody"))
      : users.find(({ uid }) => uid === before);
  if (found !== undefined) return found;
  throw new FlotillaError("STORE_START", "PostgreSQL does not run as root, and there is no user to run it as", {
    mend: "add a user `postgres` to this machine, work as another user, or give a server with --database",
    place: { file: dataFolder },
  });
}

function readUsers(): readonly ServerOwner[] {
  return readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 4 && fields[2] !== "0")
    .map((fields) => ({ name: fields[0]!, uid: Number(fields[2]), gid: Number(fields[3]) }));
}

function ownerOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.uid;
}

/** Whether the user may go into a folder, by the rights of all folders on the way to it. */
export function mayEnter({ uid, gid }: ServerOwner, folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    const stat = statSync(path);
    const right = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001;
    if ((stat.mode & right) === 0) return false;
    if (dirname(path) === path) return true;
  }
}
