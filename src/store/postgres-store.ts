import type { RunId } from "../core/ids.ts";
import type { Database } from "./database.ts";
import { makeHints } from "./hints.ts";
import { addRequest } from "./queries/add-request.ts";
import { answered } from "./queries/answers.ts";
import { claimRun } from "./queries/claim-run.ts";
import { commit } from "./queries/commit.ts";
import { createRun } from "./queries/create-run.ts";
import { deleteRun, deleteUnusedPlans } from "./queries/delete-run.ts";
import { getPlan } from "./queries/get-plan.ts";
import { learnDurations, stepDurations } from "./queries/learn-durations.ts";
import { listAttempts } from "./queries/list-attempts.ts";
import { listTasks } from "./queries/list-tasks.ts";
import { readColumns } from "./queries/read-columns.ts";
import { openAttempts } from "./queries/open-attempts.ts";
import { outputMedians } from "./queries/output-medians.ts";
import { readPools } from "./queries/read-pools.ts";
import { openRequests } from "./queries/read-requests.ts";
import { getRun, listRuns, pipelineUses } from "./queries/read-runs.ts";
import { recordFault } from "./queries/record-fault.ts";
import { referredDigests } from "./queries/referred-digests.ts";
import { releaseRun } from "./queries/release-run.ts";
import { renewLeases } from "./queries/renew-leases.ts";
import { setPools } from "./queries/set-pools.ts";
import { taskStates } from "./queries/task-states.ts";
import { addToken, readTokens, removeToken } from "./queries/tokens.ts";
import type { Store } from "./store.ts";

/** The store on a database that has been migrated. Closing it closes the database. */
export function makePostgresStore(database: Database): Store {
  const hints = makeHints(database.config);
  return {
    createRun: (run, once) => createRun(database, run, once),
    claim: (options) => claimRun(database, options),
    renew: (options) => renewLeases(database, options),
    release: (run, fence) => releaseRun(database, run, fence),
    commit: (changes) => commit(database, changes),
    recordFault: (fault) => recordFault(database, fault),
    addRequest: (run, request, by, once) => addRequest(database, run, request, by, once),
    answered: (key) => answered(database, key),
    openRequests: (runs) => openRequests(database, runs),
    setPools: (capacities) => setPools(database, capacities),
    pools: (names) => readPools(database, names),
    getRun: (run) => getRun(database, run),
    listRuns: (filter) => listRuns(database, filter ?? {}),
    pipelineUses: () => pipelineUses(database),
    getPlan: (hash) => getPlan(database, hash),
    listTasks: (run, filter) => listTasks(database, run, filter),
    readColumns: (run, read) => readColumns(database, run, read),
    listAttempts: (run, filter) => listAttempts(database, run, filter),
    taskStates: (run, tasks) => taskStates(database, run, tasks),
    openAttempts: (runs) => openAttempts(database, runs),
    outputMedians: (run) => outputMedians(database, run),
    stepDurations: (pipeline) => stepDurations(database, pipeline),
    learnDurations: (pipeline, samples) => learnDurations(database, pipeline, samples),
    tokens: () => readTokens(database),
    addToken: (token) => addToken(database, token),
    removeToken: (nameOrId) => removeToken(database, nameOrId),
    referredDigests: () => referredDigests(database),
    deleteRuns: (runs) => deleteRuns(database, runs),
    onHint: (wake) => hints.on(wake),
    async close() {
      await hints.close();
      await database.close();
    },
  };
}

/** One transaction per run, so that a large run does not hold up the others. */
async function deleteRuns(database: Database, runs: readonly RunId[]): Promise<readonly RunId[]> {
  const removed: RunId[] = [];
  for (const run of runs) if (await deleteRun(database, run)) removed.push(run);
  if (removed.length > 0) await deleteUnusedPlans(database);
  return removed;
}
