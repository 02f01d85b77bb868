import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The stores that runs of a project are kept in. Its artifacts lie in one folder, whichever store refers to them; who
 * removes what one store does not know must be sure that there is no other.
 */
const fileName = "stores.json";

/** Remembers that this store is used with the project. */
export function noteStore(flotilla: string, database: string | undefined): void {
  const known = readStores(flotilla);
  const name = storeName(database);
  if (known.includes(name)) return;
  writeFileSync(join(flotilla, fileName), `${JSON.stringify([...known, name].toSorted(), undefined, 2)}\n`);
}

/** Stores other than this one that the project has been used with. */
export function otherStores(flotilla: string, database: string | undefined): readonly string[] {
  return readStores(flotilla).filter((name) => name !== storeName(database));
}

/** Host and database of a server; never its password. */
export function storeName(database: string | undefined): string {
  if (database === undefined) return "embedded";
  try {
    const { host, pathname, searchParams } = new URL(database);
    return `${host || (searchParams.get("host") ?? "")}${pathname}`;
  } catch {
    return "server";
  }
}

function readStores(flotilla: string): readonly string[] {
  try {
    const known: unknown = JSON.parse(readFileSync(join(flotilla, fileName), "utf8"));
    return Array.isArray(known) ? known.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}
