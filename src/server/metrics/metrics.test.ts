import { afterAll, beforeAll, expect, it } from "vitest";
import { makeAttemptId } from "../../core/ids.ts";
import { attemptRow, commitFor, ownRun, taskRow } from "../../store/contract/fixtures.ts";
import type { Store } from "../../store/store.ts";
import { openTestStore } from "../../store/test-database.ts";
import { measuredStore } from "./measured-store.ts";
import { Metrics } from "./metrics.ts";
import { readSnapshot } from "./snapshot.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let metrics: Metrics;
let store: Store;
beforeAll(async () => {
  opened = await openTestStore();
  metrics = new Metrics();
  store = measuredStore(opened.store, metrics);
}, 60_000);
afterAll(() => opened?.close());

async function scrape(): Promise<string> {
  return metrics.text({ ...(await readSnapshot(store, undefined)), listeners: 3 });
}

it("what an engine commits is measured by pipeline and step", async () => {
  const claim = await ownRun(store);
  const id = makeAttemptId(claim.run.id, 0, 0, 1);
  await store.commit(
    commitFor(claim, {
      tasks: [taskRow({ state: "active", readyAt: 1_000 })],
      newAttempts: [attemptRow(claim.run.id, { id, intendedAt: 1_100 })],
    }),
  );
  await store.commit(
    commitFor(claim, {
      version: 1,
      tasks: [taskRow({ state: "succeeded", readyAt: 1_000 })],
      attempts: [{ id, state: "ended", runningAt: 1_200, endedAt: 4_200 }],
    }),
  );
  const text = await scrape();
  const spot = 'pipeline="flight-delays",step="train"';
  expect(text).toContain(`flotilla_start_delay_seconds_sum{${spot}} 0.2`);
  expect(text).toContain(`flotilla_attempt_seconds_sum{${spot}} 3`);
  expect(text).toContain(`flotilla_tasks_settled_total{${spot},state="succeeded"} 1`);
  expect(text).toContain("flotilla_engine_commit_seconds_count 2");
  expect(text).toContain('flotilla_store_seconds_count{call="commit"} 2');
  expect(text).toContain('flotilla_tasks{pipeline="flight-delays",state="waiting"} 3');
  expect(text).toContain("flotilla_event_listeners 3");
  expect(text).toContain("process_resident_memory_bytes");
});

it("what waits is counted by what it waits for, whatever the numbers are", async () => {
  const waiting = [
    { run: "a", pipeline: "p", step: "s", tasks: 2, why: "pool gpu full (4 of 4)" },
    { run: "b", pipeline: "p", step: "s", tasks: 3, why: "pool gpu full (3 of 4)" },
  ];
  const read = await readSnapshot(store, () =>
    Promise.resolve({ platforms: [], pools: [], users: [], engines: [], waiting }),
  );
  expect(await metrics.text({ ...read, listeners: 0 })).toContain('flotilla_ready_waiting{reason="pool gpu full"} 5');
});

it("a thousand steps make no thousand series, and no label names a run or a task", async () => {
  for (let step = 0; step < 1_000; step++) metrics.settled({ pipeline: "wide", step: `s${step}` }, "failed");
  const text = await scrape();
  expect(text.match(/^flotilla_tasks_settled_total\{/gm)!.length).toBeLessThan(510);
  expect(text).toContain('flotilla_tasks_settled_total{pipeline="other",step="other",state="failed"}');
  expect(text).not.toMatch(/[{,](run|task)="/);
});

it("a call that fails is counted, and its failure goes on", async () => {
  const away = measuredStore({ ...opened.store, pools: () => Promise.reject(new Error("away")) }, metrics);
  await expect(away.pools()).rejects.toThrow("away");
  expect(await scrape()).toContain('flotilla_store_failures_total{call="pools"} 1');
});

it("requests are measured by operation and status, event streams aside", async () => {
  metrics.request({ operation: "listRuns", method: "GET", status: 200, ms: 5 });
  metrics.request({ operation: undefined, method: "GET", status: 404, ms: 5 });
  metrics.request({ operation: "events", method: "GET", status: 200, ms: 1e7 });
  const text = await scrape();
  expect(text).toContain('flotilla_http_seconds_count{operation="listRuns",status="200"} 1');
  expect(text).toContain('flotilla_http_seconds_count{operation="other",status="404"} 1');
  expect(text).not.toContain('operation="events"');
});
