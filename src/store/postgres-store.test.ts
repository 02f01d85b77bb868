import { describe } from "vitest";
import { testStore } from "./store-contract.ts";
import { debianBin, hasDebianPostgres, openTestStore } from "./test-database.ts";

describe("the store on the embedded PostgreSQL", { timeout: 60_000 }, () => {
  testStore(openTestStore);
});

describe.runIf(hasDebianPostgres)(
  "the store on a server of the user's, PostgreSQL 15 (skipped where that is not installed)",
  { timeout: 60_000 },
  () => {
    testStore(() => openTestStore({ bin: debianBin }));
  },
);
