import { afterAll, beforeAll, describe } from "vitest";
import { testCommits } from "./contract/commits.ts";
import { testReads } from "./contract/reads.ts";
import { testRuns } from "./contract/runs.ts";
import type { Store } from "./store.ts";

/** What every store must do. `open` is called once, and what it opens may hold other runs. */
export function describeStore(name: string, open: () => Promise<{ store: Store; close: () => Promise<void> }>): void {
  describe(name, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(() => opened.close(), 60_000);
    const store = (): Store => opened.store;
    describe("runs", () => testRuns(store));
    describe("commits", () => testCommits(store));
    describe("reads", () => testReads(store));
  });
}
