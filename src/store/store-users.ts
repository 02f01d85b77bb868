import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identityText, isAlive, ownIdentity, parseIdentity } from "./process-identity.ts";

let opened = 0;

/** One file for each open store, named by its process. Those whose process has died do not count. */
export interface StoreUsers {
  /** Returns what takes the entry back. */
  enter(): () => void;
  /** Number of users whose process lives; entries of others are removed. */
  count(): number;
}

/** The users of the server whose records are in `folder`, which must exist. */
export function makeStoreUsers(folder: string): StoreUsers {
  return {
    enter() {
      const path = join(folder, `${identityText(ownIdentity())}.${++opened}`);
      writeFileSync(path, "");
      return () => rmSync(path, { force: true });
    },
    count() {
      let living = 0;
      for (const name of readdirSync(folder)) {
        const identity = parseIdentity(name);
        if (identity !== undefined && isAlive(identity)) living++;
        else rmSync(join(folder, name), { force: true });
      }
      return living;
    },
  };
}
