import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, ownIdentity, type ProcessIdentity } from "../store/process-identity.ts";

/** The server of a project, as it has noted itself for whoever comes after it. */
export interface ServerRecord extends ProcessIdentity {
  readonly url: string;
  /** Which store it keeps runs in; see `storeName`. */
  readonly store: string;
  /** Opens the server to whoever can read this file. */
  readonly token: string;
}

/** The server that runs for the project with this `.flotilla` folder; undefined if there is none, or it has died. */
export function findServer(flotilla: string): ServerRecord | undefined {
  const record = read(flotilla);
  return record !== undefined && isAlive(record) ? record : undefined;
}

/** Notes the server of this process, for its user's eyes only; unless one runs already, which is answered with then. */
export function claimServer(
  flotilla: string,
  server: Pick<ServerRecord, "url" | "store" | "token">,
): ServerRecord | undefined {
  const path = fileIn(flotilla);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ ...server, ...ownIdentity() }, undefined, 2)}\n`, { mode: 0o600 });
  try {
    // A link is made by one of two who come at the same moment.
    while (!tryLink(draft, path)) {
      const other = findServer(flotilla);
      if (other !== undefined) return other;
      rmSync(path, { force: true });
    }
    return undefined;
  } finally {
    rmSync(draft, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Takes back what `claimServer` has noted. */
export function forgetServer(flotilla: string, { url, token }: Pick<ServerRecord, "url" | "token">): void {
  const record = read(flotilla);
  if (record?.url === url && record.token === token) rmSync(fileIn(flotilla), { force: true });
}

function fileIn(flotilla: string): string {
  return join(flotilla, "server.json");
}

function read(flotilla: string): ServerRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(fileIn(flotilla), "utf8")) as Partial<ServerRecord>;
    const { url, store, token, pid, startTime } = record;
    if (typeof url !== "string" || typeof store !== "string" || typeof token !== "string") return undefined;
    return typeof pid === "number" && typeof startTime === "string" ? { url, store, token, pid, startTime } : undefined;
  } catch {
    return undefined;
  }
}
