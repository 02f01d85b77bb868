import type { ResponseOf } from "../../api/operations.ts";
import { describeWait, userPool, type Pool } from "../../core/admission.ts";
import type { RunId } from "../../core/ids.ts";
import { bindPlan } from "../../core/profile.ts";
import type { Plan } from "../../core/plan.ts";
import { type RunState, runStateFacts, runStates } from "../../core/task-state.ts";
import type { OpenAttempts, PoolRow, RunRow } from "../../store/store.ts";
import { largestDemand } from "../plans/largest-demand.ts";
import { knownPlan } from "../plans/plan-book.ts";
import type { Service, ServiceContext } from "./service.ts";

type Platforms = ResponseOf<"platforms">;

const openStates: readonly RunState[] = runStates.filter((state) => !runStateFacts[state].ended);
/** Runs that go on at once; of more, the newest are told of. */
const mostRuns = 200;

/** What platforms and pools have, who holds it, and what waits for it. Reads no tasks: only pools, open attempts and open runs. */
export const platforms: Service<"platforms"> = async (context) => {
  const { store } = context;
  const [pools, runs] = await Promise.all([store.pools(), store.listRuns({ states: openStates, limit: mostRuns })]);
  const attempts = await store.openAttempts(runs.map(({ id }) => id));
  const plans = new Map<RunId, Plan>();
  for (const run of runs) plans.set(run.id, bindPlan((await knownPlan(store, run)).plan, run.platforms));
  return {
    platforms: describePlatforms(pools, attempts),
    pools: pools
      .filter(({ name }) => name.startsWith(userPool("")))
      .map(({ name, ...pool }) => ({ name: name.slice(userPool("").length), ...pool })),
    users: describeUsers(attempts, runs, plans),
    waiting: runs.flatMap((run) => describeWaiting(context, run, plans.get(run.id)!, pools)),
    engines: describeEngines(context, runs),
  };
};

/** A platform's resources are pools with its name in front: `local/cpu`, in thousandths of a core. */
function describePlatforms(pools: readonly PoolRow[], attempts: readonly OpenAttempts[]): Platforms["platforms"] {
  const owned = pools.filter(({ name }) => !name.startsWith(userPool("")) && name.includes("/"));
  const nameOf = (pool: string): string => pool.slice(0, pool.lastIndexOf("/"));
  const names = new Set([...owned.map(({ name }) => nameOf(name)), ...attempts.map(({ platform }) => platform)]);
  return [...names].toSorted().map((name) => ({
    name,
    resources: owned
      .filter((pool) => nameOf(pool.name) === name)
      .map((pool) => {
        const resource = pool.name.slice(name.length + 1);
        const unit = resource === "cpu" ? 1000 : 1;
        return { name: resource, capacity: pool.capacity / unit, used: pool.used / unit };
      }),
    running: attempts.reduce((sum, one) => sum + (one.platform === name ? one.running : 0), 0),
  }));
}

function describeUsers(
  attempts: readonly OpenAttempts[],
  runs: readonly RunRow[],
  plans: ReadonlyMap<RunId, Plan>,
): Platforms["users"] {
  const pipelines = new Map(runs.map(({ id, pipeline }) => [id, pipeline]));
  return attempts.flatMap(({ run, step, platform, running }) => {
    const name = plans.get(run)?.steps[step]?.name;
    return name === undefined ? [] : [{ run, pipeline: pipelines.get(run)!, step: name, platform, running }];
  });
}

/** Tasks that could start, by what they wait for; those that wait for other tasks are no business of a platform. */
function describeWaiting(
  context: ServiceContext,
  run: RunRow,
  plan: Plan,
  rows: readonly PoolRow[],
): Platforms["waiting"] {
  const pools = new Map<string, Pool>(rows.map(({ name, capacity, used }) => [name, { capacity, used }]));
  return run.counts.flatMap(({ ready, backoff }, index) => {
    const step = plan.steps[index];
    if (step === undefined) return [];
    const waits = (tasks: number, why: string): Platforms["waiting"] =>
      tasks === 0 ? [] : [{ run: run.id, pipeline: run.pipeline, step: step.name, tasks, why }];
    return [
      ...waits(
        ready,
        whyReady(context, run, () => describeWait(largestDemand(step), pools)),
      ),
      ...waits(backoff, "waits to be tried again"),
    ];
  });
}

function whyReady(context: ServiceContext, run: RunRow, whyNoRoom: () => string): string {
  if (run.quarantined) return "the run was given up after faults; resume it";
  if (run.state === "paused") return "the run is paused";
  if (!context.isDriven(run))
    return `no engine drives the run: start one with \`flotilla up --profile ${run.profile}\``;
  return run.state === "cancelling" ? "the run is being cancelled" : whyNoRoom();
}

function describeEngines(context: ServiceContext, runs: readonly RunRow[]): Platforms["engines"] {
  const ids = new Set(runs.flatMap(({ owner }) => owner ?? []));
  const engines = [...ids].map((id) => {
    const theirs = runs.filter(({ owner }) => owner === id);
    return { id: String(id), runs: theirs.length, alive: theirs.some((run) => context.isDriven(run)) };
  });
  const own = context.engine;
  const isNew = own !== undefined && engines.every(({ id }) => id !== own);
  return isNew ? [...engines, { id: own, runs: 0, alive: true }] : engines;
}
