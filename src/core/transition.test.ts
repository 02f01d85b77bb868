import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { from, grid, planOf, planStep } from "../../test/helpers/plans.ts";
import { chooseNext, type Pool } from "./admission.ts";
import type { Evidence } from "./evidence.ts";
import { heldBack } from "./held-back.ts";
import type { RunId } from "./ids.ts";
import { type LiveRun, makeLiveRun, refOf } from "./live-run.ts";
import type { Plan, PlanStep } from "./plan.ts";
import { remainingPaths } from "./remaining-path.ts";
import { type TaskState, taskStateFacts, taskStates } from "./task-state.ts";
import { makeTopology } from "./topology.ts";
import type { RunEvent } from "./run-event.ts";
import { transition } from "./transition.ts";

const done: Evidence = { completed: true, exitCode: 0 };
const userError: Evidence = { completed: false, exitCode: 1, error: { type: "ValueError", message: "bad" } };

function begin(plan: Plan): LiveRun {
  const run = makeLiveRun("r0000000aaaa" as RunId, plan, makeTopology(plan));
  transition(run, { type: "begin" }, 0);
  return run;
}

function startAll(run: LiveRun, now = 0, pools = new Map<string, Pool>()): string[] {
  const started: string[] = [];
  for (;;) {
    const next = chooseNext([{ run, remainingMs: remainingPaths(run.topology, {}) }], pools, now);
    if (next?.type !== "start") return started;
    for (const name in next.start.holds) if (pools.has(name)) pools.get(name)!.used += next.start.holds[name]!;
    transition(run, { type: "start", ...next.start }, now);
    started.push(refOf(run, next.start.step, next.start.task));
  }
}

/** Ends every attempt that is alive, each as `evidence` says. */
function endAll(run: LiveRun, evidence: (ref: string) => Evidence = () => done, now = 0): void {
  for (const attempt of [...run.active.values()])
    transition(
      run,
      {
        type: "ended",
        attempt: attempt.id,
        at: now,
        evidence: evidence(refOf(run, attempt.step, attempt.task)),
        outputs: {},
        roll: 0,
      },
      now,
    );
}

function runToEnd(run: LiveRun, evidence?: (ref: string) => Evidence): void {
  while (startAll(run).length > 0) endAll(run, evidence);
}

function stateOfRef(run: LiveRun, ref: string): TaskState {
  for (const step of run.topology.steps)
    for (let task = 0; task < step.size; task++)
      if (step.taskRef(task) === ref) return taskStates[run.steps[step.index]!.state[task]!]!;
  throw new Error(`no ${ref}`);
}

const fleet = planOf(grid({ origin: ["EWR", "JFK"], month: [1, 2] }), [
  planStep("extract", []),
  planStep("train", ["origin", "month"], { inputs: { data: from("extract") } }),
  planStep("compare", ["origin"], { inputs: { models: from("train", { collect: { atLeast: 1 } }) } }),
  planStep("report", [], { inputs: { all: from("compare", { collect: { atLeast: 0.5 } }) } }),
  planStep("clean-up", [], { after: [{ step: "report", outcome: "done" }] }),
]);

describe("transition", () => {
  it("sends the last attempt that disruptions leave a task elsewhere, and those after it too", () => {
    const step = planStep("train", [], {
      on: "spot",
      lastAttemptOn: "big",
      retry: { rules: { disrupted: { retries: 2, backoffMs: 0 }, user: { retries: 1, backoffMs: 0 } } },
    });
    const run = begin(planOf(grid({ cell: [1] }), [step]));
    const gone: Evidence = { completed: false, gone: "its node was taken away" };
    const placed: string[] = [];
    for (const [now, evidence] of [gone, gone, userError, done].entries()) {
      const pools = new Map([["big/slots", { capacity: 1, used: 0 }]]);
      transition(run, { type: "tick" }, now);
      startAll(run, now, pools);
      const [attempt] = run.active.values();
      placed.push(`${attempt!.platform} ${pools.get("big/slots")!.used} ${attempt!.why}`);
      endAll(run, () => evidence, now);
    }
    expect(placed).toEqual([
      expect.stringMatching(/^spot 0 /),
      "spot 0 retry 1 of 2 after disrupted",
      "big 1 retry 2 of 2 after disrupted, on big",
      "big 1 retry 1 of 1 after user",
    ]);
    expect(stateOfRef(run, "train")).toBe("succeeded");
  });

  it("starts each task only when what it needs has succeeded", () => {
    const run = begin(fleet);
    expect(startAll(run)).toEqual(["extract"]);
    endAll(run);
    expect(startAll(run)).toHaveLength(4);
    endAll(run);
    expect(startAll(run)).toEqual(["compare[origin=EWR]", "compare[origin=JFK]"]);
    endAll(run);
    expect(startAll(run)).toEqual(["report"]);
    endAll(run);
    expect(startAll(run)).toEqual(["clean-up"]);
    endAll(run);
    expect(run.state).toBe("succeeded");
  });

  it("blocks only what needs the task that failed, and goes on with enough of a collection", () => {
    const run = begin(fleet);
    runToEnd(run, (ref) => (ref === "train[origin=JFK,month=2]" ? userError : done));
    expect(stateOfRef(run, "compare[origin=JFK]")).toBe("blocked");
    expect(stateOfRef(run, "compare[origin=EWR]")).toBe("succeeded");
    expect(stateOfRef(run, "report")).toBe("succeeded");
    expect(run.state).toBe("failed");
  });

  it("says in words why a task is blocked", () => {
    const run = begin(fleet);
    runToEnd(run, (ref) => (ref === "train[origin=JFK,month=2]" ? userError : done));
    expect(run.steps[2]!.memory.get(1)?.why).toBe("needs train[origin=JFK,month=2], which failed (user)");
  });

  it("blocks the reader of a collection of which too few succeeded, but runs what comes after it whatever happened", () => {
    const run = begin(fleet);
    runToEnd(run, (ref) => (ref.startsWith("train") ? userError : done));
    expect(stateOfRef(run, "report")).toBe("blocked");
    expect(stateOfRef(run, "clean-up")).toBe("succeeded");
  });

  it("starts nothing new after the first failure with failFast, and lets what runs finish", () => {
    const run = begin({ ...fleet, failFast: true });
    startAll(run);
    endAll(run);
    startAll(run);
    const first = [...run.active.values()][0]!;
    transition(run, { type: "ended", attempt: first.id, at: 0, evidence: userError, outputs: {}, roll: 0 }, 0);
    expect(startAll(run)).toEqual([]);
    endAll(run);
    expect(run.steps[1]!.counts).toMatchObject({ failed: 1, succeeded: 3 });
    expect(stateOfRef(run, "report")).toBe("cancelled");
    expect(run.state).toBe("failed");
  });

  it("names for each step with a task that is ready the limit that keeps it", () => {
    const three = grid({ n: [1, 2, 3] });
    const one = (over: Partial<PlanStep>): PlanStep => planStep("work", ["n"], over);
    const heldBy = (plan: Plan, pools = new Map<string, Pool>()): (string | undefined)[] => {
      const run = begin(plan);
      startAll(run, 0, pools);
      const candidates = [{ run, remainingMs: remainingPaths(run.topology, {}) }];
      return heldBack(candidates, pools).map(({ by }) => by);
    };
    const gate = (): Map<string, Pool> => new Map([["pool:gate", { capacity: 2, used: 0 }]]);
    expect(heldBy(planOf(three, [one({ concurrency: 1 })]))).toEqual(["step"]);
    expect(heldBy(planOf(three, [one({ concurrency: 1 })], { concurrency: 1 }))).toEqual(["run"]);
    expect(heldBy(planOf(three, [one({ pools: { gate: 1 } })]), gate())).toEqual(["pool:gate"]);
    expect(heldBy(planOf(three, [one({})]), gate())).toEqual([]);
  });

  it("keeps what an attempt waits for, as often as its platform tells, until it runs", () => {
    const run = begin(planOf(grid({}), [planStep("slow", [])]));
    startAll(run);
    const [attempt] = run.active.values();
    const tell = (type: "submitted" | "running", waitsFor: string): void =>
      void transition(run, { type, attempt: attempt!.id, at: 0, handle: { waitsFor } }, 0);
    tell("submitted", "room");
    tell("submitted", "its image");
    expect(attempt).toMatchObject({ state: "submitted", handle: { waitsFor: "its image" } });
    tell("running", "nothing");
    tell("submitted", "too late");
    expect(attempt).toMatchObject({ state: "running", handle: { waitsFor: "nothing" } });
  });

  it("ends an attempt that runs longer than its limit, and counts that as a timeout", () => {
    const run = begin(planOf(grid({}), [planStep("slow", [], { timeoutMs: 100 })]));
    startAll(run);
    const [attempt] = run.active.values();
    transition(run, { type: "running", attempt: attempt!.id, at: 0, handle: {} }, 10);
    expect(transition(run, { type: "tick" }, 109)[1]).toEqual([]);
    expect(transition(run, { type: "tick" }, 110)[1]).toEqual([
      { type: "cancel", attempt: attempt!.id, why: "timeout" },
    ]);
    endAll(run, () => ({ completed: false, signal: "SIGKILL" }));
    expect(run.steps[0]!.memory.get(0)?.class).toBe("timeout");
  });

  it("cancels a run: nothing starts, what runs is ended, and the run ends when that is proven", () => {
    const run = begin(fleet);
    startAll(run);
    const [, effects] = transition(run, { type: "cancel", why: "cancelled by test" }, 5);
    expect(effects.map(({ type }) => type)).toEqual(["cancel"]);
    expect(run.state).toBe("cancelling");
    endAll(run, () => ({ completed: false, signal: "SIGTERM" }));
    expect(run.state).toBe("cancelled");
    expect(run.steps.every((step) => step.counts.cancelled === step.size)).toBe(true);
  });

  it("starts nothing while it is paused", () => {
    const run = begin(fleet);
    transition(run, { type: "pause", why: "test" }, 0);
    expect(startAll(run)).toEqual([]);
    transition(run, { type: "resume", by: "test" }, 0);
    expect(startAll(run)).toEqual(["extract"]);
  });

  it("restarts a failed task and what hangs on it, and nothing else", () => {
    const run = begin(fleet);
    runToEnd(run, (ref) => (ref === "train[origin=JFK,month=2]" ? userError : done));
    const task = run.topology.steps[1]!.taskAt({ origin: "JFK", month: 2 })!;
    transition(run, { type: "restart", tasks: [{ step: 1, task }], by: "test" }, 0);
    expect(run.state).toBe("running");
    const started: string[] = [];
    for (let some = startAll(run); some.length > 0; some = startAll(run)) {
      started.push(...some);
      endAll(run);
    }
    expect(started).toEqual(["train[origin=JFK,month=2]", "compare[origin=JFK]", "report", "clean-up"]);
    expect(run.state).toBe("succeeded");
  });

  it("says of each task that runs again who restarted what", () => {
    const run = begin(fleet);
    runToEnd(run, (ref) => (ref === "train[origin=JFK,month=2]" ? userError : done));
    const task = run.topology.steps[1]!.taskAt({ origin: "JFK", month: 2 })!;
    // The second is asked for, and hangs on the first as well: what a person asked for comes first.
    const report = { step: run.topology.steps.findIndex(({ name }) => name === "report"), task: 0 };
    transition(run, { type: "restart", tasks: [{ step: 1, task }, report], by: "anna" }, 0);
    const whys: Record<string, string> = {};
    while (startAll(run).length > 0) {
      for (const attempt of run.active.values()) whys[refOf(run, attempt.step, attempt.task)] = attempt.why;
      endAll(run);
    }
    const again = "runs again, for train[origin=JFK,month=2] was restarted by anna";
    expect(whys).toEqual({
      "train[origin=JFK,month=2]": "restarted by anna",
      "compare[origin=JFK]": again,
      report: "restarted by anna",
      "clean-up": "runs again, for report was restarted by anna",
    });
    expect(run.steps.every(({ reasons }) => reasons.size === 0)).toBe(true);
  });

  it("says why a voided attempt runs again", () => {
    const run = begin(fleet);
    runToEnd(run, (ref) => (ref.startsWith("report") ? userError : done));
    transition(run, { type: "restart", tasks: [{ step: 1, task: 0 }], by: "anna" }, 0);
    startAll(run);
    transition(run, { type: "restart", tasks: [{ step: 0, task: 0 }], by: "bea" }, 0);
    endAll(run);
    startAll(run);
    endAll(run);
    startAll(run);
    expect([...run.active.values()].map(({ why }) => why)).toEqual(
      Array.from({ length: 4 }, () => "runs again, for extract was restarted by bea"),
    );
  });

  it("voids an attempt that reads what is being made anew", () => {
    const run = begin(fleet);
    startAll(run);
    endAll(run);
    startAll(run);
    const [, effects] = transition(run, { type: "restart", tasks: [{ step: 0, task: 0 }], by: "test" }, 0);
    expect(effects).toHaveLength(4);
    endAll(run);
    expect(run.steps[1]!.counts).toMatchObject({ waiting: 4 });
    expect(startAll(run)).toEqual(["extract"]);
  });

  it("never exceeds a pool", () => {
    const run = begin(planOf(grid({ a: [1, 2, 3, 4, 5] }), [planStep("train", ["a"], { pools: { gpu: 2 } })]));
    const pools = new Map([["pool:gpu", { capacity: 5, used: 0 }]]);
    expect(startAll(run, 0, pools)).toHaveLength(2);
    expect(pools.get("pool:gpu")!.used).toBe(4);
  });

  it("fails a task that asks for more than there is, instead of letting it wait for ever", () => {
    const run = begin(
      planOf(grid({}), [planStep("big", [], { resources: { all: { cpu: 1, memoryBytes: 2 ** 40 } } })]),
    );
    const next = chooseNext(
      [{ run, remainingMs: [0] }],
      new Map([["local/memory", { capacity: 2 ** 30, used: 0 }]]),
      0,
    );
    expect(next).toMatchObject({
      type: "impossible",
      message: "asks for 1 TiB of memory, and there is 1 GiB of memory in all",
    });
  });

  it("keeps its counts right and ends, over random histories with failures, cancellations and restarts", () => {
    const event = fc.oneof(
      { weight: 8, arbitrary: fc.constant("end" as const) },
      fc.constantFrom("fail", "kill", "cancel", "pause", "resume", "restart", "tick", "stale"),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat()), { maxLength: 60 }), (events) => {
        const run = begin(fleet);
        let now = 0;
        for (const [what, pick] of events) {
          now += 1000;
          startAll(run, now);
          apply(run, what, pick, now);
          checkCounts(run);
        }
        transition(run, { type: "resume", by: "test" }, now);
        for (let rounds = 0; !["succeeded", "failed", "cancelled"].includes(run.state); rounds++) {
          expect(rounds).toBeLessThan(200);
          now += 400_000;
          transition(run, { type: "tick" }, now);
          startAll(run, now);
          endAll(run, undefined, now);
        }
        checkCounts(run);
        expect(run.open).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

function apply(run: LiveRun, what: string, pick: number, now: number): void {
  const attempts = [...run.active.values()];
  const attempt = attempts[pick % Math.max(1, attempts.length)];
  const ended = (evidence: Evidence): RunEvent => ({
    type: "ended",
    attempt: attempt!.id,
    at: now,
    evidence,
    outputs: {},
    roll: 0.5,
  });
  if (what === "cancel") transition(run, { type: "cancel", why: "test" }, now);
  else if (what === "pause") transition(run, { type: "pause", why: "test" }, now);
  else if (what === "resume") transition(run, { type: "resume", by: "test" }, now);
  else if (what === "tick") transition(run, { type: "tick" }, now);
  else if (what === "restart") {
    const step = run.topology.steps[pick % run.steps.length]!;
    transition(run, { type: "restart", tasks: [{ step: step.index, task: pick % step.size }], by: "test" }, now);
  } else if (attempt === undefined) return;
  else if (what === "end") transition(run, ended(done), now);
  else if (what === "fail") transition(run, ended(userError), now);
  else if (what === "kill") transition(run, ended({ completed: false, signal: "SIGKILL" }), now);
  else {
    // A report that comes twice changes nothing the second time.
    transition(run, ended(done), now);
    const before = run.steps.map(({ counts }) => ({ ...counts }));
    transition(run, ended(userError), now);
    expect(run.steps.map(({ counts }) => counts)).toEqual(before);
  }
}

function checkCounts(run: LiveRun): void {
  let open = 0;
  for (const step of run.steps) {
    for (const state of taskStates) {
      const counted = step.state.reduce((sum, code) => sum + Number(taskStates[code] === state), 0);
      expect(step.counts[state]).toBe(counted);
      if (!taskStateFacts[state].settled) open += counted;
    }
    expect(step.active).toBe([...run.active.values()].filter((attempt) => attempt.step === step.index).length);
  }
  expect(run.open).toBe(open);
}
