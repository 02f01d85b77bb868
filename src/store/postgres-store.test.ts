import { describe, it } from "vitest";
import { tmpdir } from "node:os";
import { openStore } from "./open-store.ts";
import { describeStore } from "./store-contract.ts";
import { debianBin, hasDebianPostgres, openTestDatabase, openTestStore } from "./test-database.ts";

describeStore("the store on the embedded PostgreSQL", openTestStore);

if (hasDebianPostgres) {
  describeStore("the store on a server of the user's (PostgreSQL 15)", async () => {
    const database = await openTestDatabase({ bin: debianBin });
    const store = await openStore({ databaseUrl: database.url, directory: tmpdir() });
    return {
      store,
      async close() {
        await store.close();
        await database.close();
      },
    };
  });
} else {
  describe("the store on a server of the user's (PostgreSQL 15)", () => {
    it.skip(`there is no PostgreSQL 15 in ${debianBin}`, () => undefined);
  });
}
