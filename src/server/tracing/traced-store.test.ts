import { afterAll, beforeAll, expect, it } from "vitest";
import { makeAttemptId } from "../../core/ids.ts";
import { attemptRow, commitFor, ownRun, taskRow } from "../../store/contract/fixtures.ts";
import { openTestStore } from "../../store/test-database.ts";
import { spanIdOf, traceIdOf, traceparentOf } from "./trace-ids.ts";
import { type EndedSpan, tracedStore } from "./traced-store.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  opened = await openTestStore();
}, 60_000);
afterAll(() => opened?.close());

it("a run is a trace, an attempt a span in it, and its process is told to go on below that", async () => {
  const spans: EndedSpan[] = [];
  const store = tracedStore(opened.store, (span) => spans.push(span));
  const claim = await ownRun(store);
  const run = claim.run.id;
  const id = makeAttemptId(run, 0, 0, 1);
  const newAttempts = [attemptRow(run, { id, intendedAt: 1_000 })];
  await store.commit(commitFor(claim, { tasks: [taskRow({ state: "active" })], newAttempts }));
  expect(spans).toEqual([]);
  await store.commit(
    commitFor(claim, {
      version: 1,
      tasks: [taskRow({ state: "failed", class: "user" })],
      attempts: [{ id, state: "ended", class: "user", runningAt: 1_100, endedAt: 2_000 }],
      state: { state: "failed", why: "a task failed", startedAt: 900, endedAt: 2_001 },
    }),
  );
  const [attempt, whole] = spans;
  expect(attempt).toMatchObject({
    ...{ traceId: traceIdOf(run), spanId: spanIdOf(id), parentId: spanIdOf(run), name: "train[origin=JFK]" },
    ...{ startedAt: 1_000, endedAt: 2_000, failure: "user" },
    attributes: { "flotilla.attempt": id, "flotilla.class": "user" },
  });
  expect(whole).toMatchObject({
    ...{ traceId: traceIdOf(run), spanId: spanIdOf(run), parentId: undefined, name: "flight-delays" },
    ...{ startedAt: 900, endedAt: 2_001, failure: "a task failed" },
  });
  expect(traceparentOf(id)).toBe(`00-${attempt!.traceId}-${attempt!.spanId}-01`);
});

it("of an attempt that another engine has started, what this one saw is told", async () => {
  const spans: EndedSpan[] = [];
  const claim = await ownRun(opened.store);
  const id = makeAttemptId(claim.run.id, 0, 0, 1);
  await opened.store.commit(
    commitFor(claim, { tasks: [taskRow({ state: "active" })], newAttempts: [attemptRow(claim.run.id, { id })] }),
  );
  const store = tracedStore(opened.store, (span) => spans.push(span));
  const next = (await store.claim({
    engine: claim.run.owner!,
    leaseMs: 1_000,
    run: claim.run.id,
    insteadOf: claim.run.owner!,
  }))!;
  await store.commit(
    commitFor(next, {
      version: next.run.version,
      attempts: [{ id, state: "ended", runningAt: 5_000, endedAt: 6_000 }],
    }),
  );
  expect(spans).toMatchObject([{ name: id, startedAt: 5_000, endedAt: 6_000, failure: undefined }]);
});
