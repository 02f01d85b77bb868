import { classify } from "../../src/core/classify.ts";
import { type EngineId, makeRunId, type RunId } from "../../src/core/ids.ts";
import { noCounts, runStateFacts } from "../../src/core/task-state.ts";
import { makeTopology } from "../../src/core/topology.ts";
import type { Plan } from "../../src/core/plan.ts";
import { Engine } from "../../src/engine/engine.ts";
import { faultyStore } from "./faulty-store.ts";
import { MemoryStore } from "./memory-store.ts";
import { ProcessClock, seededRandom, SimClock } from "./sim-clock.ts";
import { type Behaviour, SimPlatform, SimWorld } from "./sim-world.ts";

export interface Simulation {
  readonly seed: number;
  readonly plans: readonly Plan[];
  readonly behaviour: Behaviour;
  readonly slots?: number;
  /** Each with `slots`; `local` if absent. */
  readonly platforms?: readonly string[];
  readonly engines?: number;
  /** Share of calls to store and platform that fail, half of them after having been carried out. */
  readonly faultRate?: number;
  /** Mean time between the violent ends of engines; none if absent. */
  readonly killEveryMs?: number;
  /** Mean time between freezes of an engine, each for some leases; none if absent. */
  readonly freezeEveryMs?: number;
  /** Something a person does while it runs. */
  readonly meanwhile?: (context: {
    store: MemoryStore;
    world: SimWorld;
    clock: SimClock;
    runs: readonly RunId[];
  }) => Promise<void>;
}

export interface Outcome {
  readonly store: MemoryStore;
  readonly world: SimWorld;
  readonly runs: readonly RunId[];
  readonly kills: number;
  /** Every row of the history, as text: equal seeds must give equal text. */
  readonly history: string;
}

const leaseMs = 3000;

/** Drives real engines through a run of simulated time with faults, until every run has ended. */
export async function simulate(options: Simulation): Promise<Outcome> {
  const { seed, plans, behaviour, slots = 4, engines = 1, faultRate = 0, platforms = ["local"] } = options;
  const random = seededRandom(seed);
  const clock = new SimClock();
  const store = new MemoryStore(() => clock.now());
  const world = new SimWorld(clock, behaviour, seededRandom(seed + 1));
  const faults = { failBefore: faultRate / 2, failAfter: faultRate / 2, delayMs: faultRate === 0 ? 1 : 40 };
  const runs: RunId[] = [];
  for (const plan of plans) {
    const id = makeRunId(clock.now(), random);
    runs.push(id);
    await store.createRun({
      id,
      plan,
      planHash: `plan-${runs.length}`,
      code: undefined,
      startedBy: "test",
      project: "/",
      profile: "laptop",
      platforms: {},
      counts: waiting(plan),
    });
  }

  let kills = 0;
  const live: { stop: () => void; clock: ProcessClock }[] = [];
  const launch = (number: number): void => {
    const own = new ProcessClock(clock);
    const connection = faultyStore(store, { clock: own, random, faults });
    const places = platforms.map((name) => new SimPlatform({ name, world, clock: own, random, faults, slots }));
    const id = `engine-${number}` as EngineId;
    const engine = new Engine({
      store: connection.store,
      platforms: new Map(places.map((place) => [place.name, place])),
      clock: own,
      random,
      id,
      leaseMs,
      pollMs: 500,
      graceMs: 100,
      takeOrphans: true,
    });
    const start = (): void => void engine.start().catch(() => own.after(200, start));
    start();
    live.push({ stop: () => (connection.cut(), places.forEach((place) => place.cut())), clock: own });
  };
  for (let i = 0; i < engines; i++) launch(i);
  const killOne = (): void => {
    const wait = options.killEveryMs! * (0.5 + random());
    clock.after(wait, () => {
      if (allEnded(store, runs)) return;
      const [victim] = live.splice(Math.floor(random() * live.length), 1);
      if (victim !== undefined) {
        victim.stop();
        const number = engines + kills++;
        clock.after(random() * 1000, () => launch(number));
      }
      killOne();
    });
  };
  if (options.killEveryMs !== undefined) killOne();
  const freezeOne = (): void => {
    clock.after(options.freezeEveryMs! * (0.5 + random()), () => {
      if (allEnded(store, runs)) return;
      const victim = live[Math.floor(random() * live.length)];
      victim?.clock.freeze();
      clock.after(leaseMs * (0.5 + 2.5 * random()), () => victim?.clock.thaw());
      freezeOne();
    });
  };
  if (options.freezeEveryMs !== undefined) freezeOne();
  let meanwhileDone = options.meanwhile === undefined;
  void options.meanwhile?.({ store, world, clock, runs }).then(() => (meanwhileDone = true));

  await clock.runUntil(() => meanwhileDone && allEnded(store, runs) && world.running === 0, 3_600_000);
  for (const engine of live) engine.stop();
  return { store, world, runs, kills, history: historyOf(store, runs) };
}

function allEnded(store: MemoryStore, runs: readonly RunId[]): boolean {
  return runs.every((run) => runStateFacts[store.runs.get(run)!.row.state].ended);
}

function waiting(plan: Plan): ReturnType<typeof noCounts>[] {
  return makeTopology(plan).steps.map(({ size }) => ({ ...noCounts(), waiting: size }));
}

function historyOf(store: MemoryStore, runs: readonly RunId[]): string {
  return JSON.stringify(
    runs.map((run) => {
      const { tasks, attempts } = store.runs.get(run)!;
      return [[...tasks.values()], [...attempts.values()]];
    }),
  );
}

/** What must hold after any simulation; answers with what does not. */
export function violations({ store, world, runs }: Outcome, slots = 4): string[] {
  const found: string[] = [];
  const check = (holds: boolean, what: string): void => void (holds || found.push(what));
  for (const [platform, most] of world.mostOn)
    check(most <= slots, `${most} attempts ran on ${platform} at once, ${slots} allowed (I7)`);
  for (const [name, { used }] of store.poolRows) check(used === 0, `pool ${name} still counts ${used} as used (I7)`);
  const recorded = new Set(runs.flatMap((run) => [...store.runs.get(run)!.attempts.keys()]));
  for (const id of world.executions.keys())
    check(recorded.has(id), `${id} was begun outside, and the store does not know of it (I3)`);
  for (const run of runs) {
    const { row, tasks, attempts } = store.runs.get(run)!;
    for (const task of tasks.values()) {
      const complete = [...attempts.values()].some(
        (attempt) => attempt.step === task.step && attempt.task === task.task && attempt.evidence?.completed === true,
      );
      check(task.state !== "succeeded" || complete, `${task.ref} succeeded without a completion marker`);
    }
    const topology = makeTopology(store.plans.get(row.planHash)!);
    const total = topology.steps.reduce((sum, { size }) => sum + size, 0);
    check(tasks.size === total, `${tasks.size} of ${total} tasks have a row at the end`);
    for (const attempt of attempts.values()) {
      check(attempt.state === "ended", `attempt ${attempt.id} is ${attempt.state} in an ended run`);
      const later = [...attempts.values()].filter(
        (other) => other.step === attempt.step && other.task === attempt.task && other.number > attempt.number,
      );
      const good = attempt.evidence !== undefined && classify(attempt.evidence).type === "succeeded";
      check(!good || later.length === 0, `${attempt.id} succeeded, and its task was started again (I2)`);
      for (const other of later)
        check(other.intendedAt >= attempt.endedAt!, `${other.id} began before ${attempt.id} was over`);
    }
    for (const edge of topology.edges) {
      if (edge.needs !== "succeeded" || edge.atLeast < 1) continue;
      for (const attempt of attempts.values()) {
        if (attempt.step !== edge.to) continue;
        edge.eachUpstream(attempt.task, (a) => {
          const writer = tasks.get(`${edge.from}-${a}`)!;
          check(
            writer.state === "succeeded" && writer.endedAt! <= attempt.intendedAt,
            `${attempt.id} started before ${writer.ref} had succeeded (I6)`,
          );
        });
      }
    }
  }
  return found;
}
