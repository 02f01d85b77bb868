import { afterAll, beforeAll } from "vitest";
import { testAnswers } from "./contract/answers.ts";
import { testColumns } from "./contract/columns.ts";
import { testCommits } from "./contract/commits.ts";
import { testReads } from "./contract/reads.ts";
import { testRuns } from "./contract/runs.ts";
import { testTokens } from "./contract/tokens.ts";
import type { Store } from "./store.ts";

/** Tests what every store must do, for the `describe` it is called in. `open` is called once, and what it opens may hold other runs. */
export function testStore(open: () => Promise<{ store: Store; close: () => Promise<void> }>): void {
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open();
  }, 60_000);
  afterAll(() => opened.close(), 60_000);
  const store = (): Store => opened.store;
  testRuns(store);
  testAnswers(store);
  testCommits(store);
  testReads(store);
  testTokens(store);
  testColumns(store);
}
