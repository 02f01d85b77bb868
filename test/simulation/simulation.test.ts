import { describe, expect, it } from "vitest";
import type { Evidence } from "../../src/core/evidence.ts";
import type { Plan } from "../../src/core/plan.ts";
import type { CommitResult, RunRow } from "../../src/store/store.ts";
import { classify } from "../../src/core/classify.ts";
import { from, grid, planOf, planStep } from "../helpers/plans.ts";
import { type Outcome, simulate, violations } from "./simulate.ts";
import type { Behaviour } from "./sim-world.ts";

const done: Evidence = { completed: true, exitCode: 0 };
const userError: Evidence = { completed: false, exitCode: 1, error: { type: "ValueError", message: "no" } };

const works: Behaviour = (_spec, random) => ({ lastsMs: 50 + random() * 400, evidence: done });
/** One attempt in ten fails for the program's own reasons, some others for the machine's. */
const sometimesFails: Behaviour = (_spec, random) => {
  const roll = random();
  const evidence: Evidence =
    roll < 0.1
      ? userError
      : roll < 0.15
        ? { completed: false, signal: "SIGKILL" }
        : roll < 0.18
          ? { completed: false, exitCode: 0 }
          : done;
  return { lastsMs: 20 + random() * 300, evidence };
};

function fleet(retries: number): Plan {
  return planOf(grid({ origin: ["EWR", "JFK", "LGA"], month: [1, 2, 3, 4] }), [
    planStep("extract", []),
    planStep("features", ["origin"], { inputs: { data: from("extract") } }),
    planStep("train", ["origin", "month"], {
      inputs: { features: from("features"), before: from("train", { previous: "month" }) },
      retry: { rules: { user: { retries } } },
    }),
    planStep("compare", ["month"], { inputs: { models: from("train", { collect: { atLeast: 0.5 } }) } }),
    planStep("report", [], { inputs: { all: from("compare", { collect: { atLeast: 1 } }) } }),
  ]);
}

/** Many short tasks of one step: each has another one waiting behind it. */
function wide(): Plan {
  return planOf(grid({ cell: Array.from({ length: 30 }, (_, i) => i) }), [
    planStep("score", ["cell"], { retry: { rules: { user: { retries: 1 } } } }),
  ]);
}

function statesOf({ store, runs }: Outcome): string[] {
  return runs.map((run) => store.runs.get(run)!.row.state);
}

/** What is wrong with a run, until it is mended. */
interface Poison {
  readonly evidence?: Evidence;
  readonly plan?: (plan: Plan) => Plan;
  readonly commit?: (commit: () => Promise<CommitResult>) => Promise<CommitResult>;
}

const seeds = Number(process.env["FLOTILLA_SIMULATION_SEEDS"] ?? 60);

describe("a simulated fleet", () => {
  it("runs to its end on one engine when nothing goes wrong", async () => {
    const outcome = await simulate({ seed: 1, plans: [fleet(0)], behaviour: works });
    expect(statesOf(outcome)).toEqual(["succeeded"]);
    expect(violations(outcome)).toEqual([]);
    expect(outcome.world.mostAtOnce).toBe(4);
  });

  it("moves a task whose capacity was taken away often enough, whoever drives it by then", async () => {
    const step = planStep("score", ["cell"], {
      on: "spot",
      lastAttemptOn: "on-demand",
      retry: { rules: { disrupted: { retries: 2 } } },
    });
    const plan = planOf(grid({ cell: Array.from({ length: 12 }, (_, i) => i) }), [step]);
    const taken: Behaviour = (_spec, random, platform) => ({
      lastsMs: 20 + random() * 300,
      evidence: platform === "spot" ? { completed: false, gone: "its node was taken away" } : done,
    });
    let kills = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const faults = { engines: 2, faultRate: 0.05, killEveryMs: 700 };
      const places = ["spot", "on-demand"];
      const outcome = await simulate({ seed, plans: [plan], behaviour: taken, slots: 3, platforms: places, ...faults });
      const { store, world, runs } = outcome;
      kills += outcome.kills;
      expect(statesOf(outcome)).toEqual(["succeeded"]);
      expect(violations(outcome, 3)).toEqual([]);
      const attempts = [...store.runs.get(runs[0]!)!.attempts.values()];
      for (let task = 0; task < 12; task++) {
        const own = attempts.filter((one) => one.task === task).toSorted((a, b) => a.number - b.number);
        let disruptions = 0;
        for (const { id, platform, evidence } of own) {
          expect(platform).toBe(disruptions < 2 ? "spot" : "on-demand");
          const ran = world.executions.get(id)?.platform ?? "";
          if (ran !== "") expect(ran).toBe(platform);
          const verdict = classify(evidence!);
          if (verdict.type === "failed" && verdict.class === "disrupted") disruptions++;
        }
        expect(disruptions).toBe(2);
      }
    }
    expect(kills).toBeGreaterThan(0);
  });

  it("has the same history for the same seed, and another for another", async () => {
    const options = { plans: [fleet(2)], behaviour: sometimesFails, engines: 2, faultRate: 0.05, killEveryMs: 900 };
    const [first, again, other] = [
      await simulate({ seed: 7, ...options }),
      await simulate({ seed: 7, ...options }),
      await simulate({ seed: 8, ...options }),
    ];
    expect(again.history).toBe(first.history);
    expect(other.history).not.toBe(first.history);
  });

  it(`keeps every promise over ${seeds} seeds of killed and frozen engines, lost answers and failing tasks`, async () => {
    let kills = 0;
    let successions = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const outcome = await simulate({
        seed,
        plans: [fleet(2), fleet(0), wide()],
        behaviour: sometimesFails,
        engines: 3,
        faultRate: 0.08,
        killEveryMs: 1500,
        freezeEveryMs: 1100,
      });
      kills += outcome.kills;
      successions += outcome.world.successions;
      expect({ seed, violations: violations(outcome) }).toEqual({ seed, violations: [] });
    }
    expect(kills).toBeGreaterThan(seeds);
    expect(successions).toBeGreaterThan(seeds);
  }, 120_000);

  it("costs no user retry when engines die, however often", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const outcome = await simulate({ seed, plans: [fleet(0)], behaviour: works, engines: 1, killEveryMs: 400 });
      expect(statesOf(outcome)).toEqual(["succeeded"]);
      const attempts = [...outcome.store.runs.get(outcome.runs[0]!)!.attempts.values()];
      expect(
        attempts.filter(({ evidence }) => evidence !== undefined && classify(evidence).type !== "succeeded"),
      ).toEqual([]);
    }
  });

  it("starts nothing while it is paused, followers included, and goes on afterwards", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      let beganInPause: string[] = [];
      const outcome = await simulate({
        seed,
        plans: [wide()],
        behaviour: works,
        meanwhile: async ({ store, world, clock, runs }) => {
          await clock.sleep(seed * 60);
          await store.addRequest(runs[0]!, { type: "pause" }, "test");
          while ((await store.openRequests(runs)).length > 0) await clock.sleep(20);
          await clock.sleep(20); // calls to the platform take a millisecond here
          const begun = new Set(world.executions.keys());
          await clock.sleep(5000);
          beganInPause = [...world.executions.keys()].filter((id) => !begun.has(id));
          await store.addRequest(runs[0]!, { type: "resume" }, "test");
        },
      });
      expect({ seed, beganInPause, states: statesOf(outcome) }).toEqual({
        seed,
        beganInPause: [],
        states: ["succeeded"],
      });
      expect(violations(outcome)).toEqual([]);
      const attempts = [...outcome.store.runs.get(outcome.runs[0]!)!.attempts.values()];
      expect(attempts.filter((attempt) => attempt.class !== undefined)).toEqual([]);
    }
  });

  it("cancels while attempts run, leaving none behind", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const outcome = await simulate({
        seed,
        plans: [fleet(0)],
        behaviour: works,
        engines: 2,
        faultRate: 0.1,
        killEveryMs: 1000,
        meanwhile: async ({ store, clock, runs }) => {
          await clock.sleep(seed * 60);
          await store.addRequest(runs[0]!, { type: "cancel" }, "test");
        },
      });
      expect(statesOf(outcome)[0]).toMatch(/cancelled|succeeded/);
      expect(violations(outcome)).toEqual([]);
    }
  });

  const poisons: { what: string; poison: (broken: () => boolean) => Poison }[] = [
    {
      what: "a report that cannot be judged",
      poison: (broken) => ({
        evidence: {
          completed: true,
          get exitCode(): number {
            if (broken()) throw new TypeError("poison");
            return 0;
          },
        },
      }),
    },
    {
      what: "a plan that cannot be read",
      poison: () => ({ plan: (plan) => ({ ...plan, steps: null as never }) }),
    },
    {
      what: "a task that cannot be admitted",
      poison: () => ({
        plan: (plan) => ({ ...plan, steps: plan.steps.map((step) => ({ ...step, pools: null as never })) }),
      }),
    },
    {
      what: "a commit that the store refuses",
      poison: (broken) => ({
        commit: (commit) => (broken() ? Promise.reject(new TypeError("poison")) : commit()),
      }),
    },
  ];

  it.each(poisons)(
    "quarantines a run after three faults of ours, at $what, and the others go on",
    async ({ poison }) => {
      let broken = true;
      let poisonedRun = "";
      const { evidence = done, plan = (same: Plan) => same, commit = (go) => go() } = poison(() => broken);
      const outcome = await simulate({
        seed: 5,
        plans: [fleet(0), fleet(0)],
        behaviour: (spec, random) => ({
          lastsMs: 20 + random() * 100,
          evidence: spec.id.startsWith(poisonedRun) ? evidence : done,
        }),
        engines: 2,
        meanwhile: async ({ store, clock, runs: [poisoned, healthy] }) => {
          poisonedRun = poisoned!;
          const whole = store.plans.get("plan-1")!;
          store.plans.set("plan-1", plan(whole));
          const usual = store.commit.bind(store);
          store.commit = (rows) => (rows.run === poisoned ? commit(() => usual(rows)) : usual(rows));
          const row = (): RunRow => store.runs.get(poisoned!)!.row;
          while (!row().quarantined) await clock.sleep(100);
          expect(row()).toMatchObject({ state: "paused", owner: undefined });
          expect(row().why).toMatch(/^quarantined after 3 faults of Flotilla, the last: TypeError: /);
          // Three claims, and three faults that took the run away again.
          expect(row().fence).toBe(6);
          await clock.sleep(60_000);
          expect(row().fence).toBe(6);
          expect(store.runs.get(healthy!)!.row.state).toBe("succeeded");
          broken = false;
          store.plans.set("plan-1", whole);
          await store.addRequest(poisoned!, { type: "resume" }, "test");
        },
      });
      expect(statesOf(outcome)).toEqual(["succeeded", "succeeded"]);
      expect(violations(outcome)).toEqual([]);
    },
  );

  it("restarts what failed, and what hangs on it, also while an engine dies", async () => {
    const broken = new Set(["train[origin=JFK,month=2]"]);
    for (let seed = 1; seed <= 10; seed++) {
      broken.add("train[origin=JFK,month=2]");
      const outcome = await simulate({
        seed,
        plans: [fleet(0)],
        behaviour: (spec, random) => ({
          lastsMs: 20 + random() * 100,
          evidence: broken.has(spec.task) ? userError : done,
        }),
        engines: 2,
        faultRate: 0.05,
        killEveryMs: 2000,
        meanwhile: async ({ store, clock, runs }) => {
          while (store.runs.get(runs[0]!)!.row.state === "running") await clock.sleep(100);
          broken.clear();
          const failed = [...store.runs.get(runs[0]!)!.tasks.values()].filter(({ state }) => state === "failed");
          expect(failed.map(({ ref }) => ref)).toEqual(["train[origin=JFK,month=2]"]);
          await store.addRequest(runs[0]!, { type: "restart", tasks: failed, code: undefined }, "test");
          while ((await store.openRequests(runs)).length > 0) await clock.sleep(100);
        },
      });
      expect(statesOf(outcome)).toEqual(["succeeded"]);
      const { tasks, attempts } = outcome.store.runs.get(outcome.runs[0]!)!;
      const again = [...attempts.values()].filter(({ number }) => number > 1);
      for (const { why } of again) expect(why).toMatch(/restarted by test$/);
      // EWR and LGA do not hang on JFK; later months of JFK, and everything collected, do.
      expect(
        [...tasks.values()].filter(({ ref, attempts }) => ref.startsWith("train[origin=EWR") && attempts !== 1),
      ).toEqual([]);
      expect([...tasks.values()].find(({ ref }) => ref === "train[origin=JFK,month=2]")!.attempts).toBe(2);
    }
  });
});
