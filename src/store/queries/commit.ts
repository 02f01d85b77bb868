import { FlotillaError } from "../../core/errors.ts";
import { parseAttemptId } from "../../core/ids.ts";
import { jsonArray, numberArray, storable, textArray } from "../array-literal.ts";
import type { Database, Statement } from "../database.ts";
import { toCountsText } from "../rows.ts";
import type { AttemptChange, AttemptRow, Commit, CommitResult, TaskRow } from "../store.ts";
import { codeOf } from "../store-errors.ts";
import { readPools } from "./read-pools.ts";

// 1.0 ms for one task and one attempt (a flush of the disk included); 0.04 ms a task to start and 0.08 to end in batches
// of 500 tasks and 500 attempts, on two busy cores.
const commitRun: Statement = {
  name: "commit_run",
  text: `select outcome, version from flotilla.commit_run(${Array.from({ length: 47 }, (_, i) => `$${i + 1}`).join(", ")})`,
};

/** Writes all of a commit in one round trip and one transaction. Repeating the very same commit is harmless. */
export async function commit(database: Database, commit: Commit): Promise<CommitResult> {
  const takes = sumOfHolds([...commit.newAttempts, ...commit.attempts]);
  try {
    const [row] = await database.query<{ outcome: "committed" | "lost"; version: number }>(
      commitRun,
      valuesOf(commit, takes),
      { timeoutMs: 60_000 },
    );
    return row!.outcome === "lost" ? { type: "lost" } : { type: "committed", version: row!.version };
  } catch (error) {
    const code = codeOf((error as { cause?: unknown }).cause);
    if (code === "FL001")
      return {
        type: "full",
        pools: await readPools(
          database,
          takes.map(([name]) => name),
        ),
      };
    throw error;
  }
}

function valuesOf(commit: Commit, takes: readonly (readonly [string, number])[]): unknown[] {
  const { run, fence, version, counts, state, handled } = commit;
  return [
    ...[run, fence, version, toCountsText(counts)],
    ...[
      state?.state ?? null,
      state === undefined ? null : storable(state.why),
      state?.startedAt ?? null,
      state?.endedAt ?? null,
      state?.code ?? null,
    ],
    ...taskArrays(commit.tasks),
    ...newAttemptArrays(commit.newAttempts),
    ...changeArrays(commit),
    textArray(takes, ([name]) => name),
    numberArray(takes, ([, units]) => units),
    numberArray(handled, (id) => id),
  ];
}

function taskArrays(rows: readonly TaskRow[]): (string | null)[] {
  return [
    numberArray(rows, ({ step }) => step),
    numberArray(rows, ({ task }) => task),
    textArray(rows, ({ ref }) => ref),
    textArray(rows, ({ state }) => state),
    textArray(rows, ({ why }) => why),
    numberArray(rows, ({ attempts }) => attempts),
    textArray(rows, (row) => row.class),
    textArray(rows, ({ cause }) => cause),
    textArray(rows, ({ error }) => error),
    jsonArray(rows, ({ outputs }) => outputs),
    jsonArray(rows, ({ memory }) => memory),
    numberArray(rows, ({ readyAt }) => readyAt),
    numberArray(rows, ({ startedAt }) => startedAt),
    numberArray(rows, ({ endedAt }) => endedAt),
  ];
}

function newAttemptArrays(rows: readonly AttemptRow[]): (string | null)[] {
  return [
    numberArray(rows, ({ step }) => step),
    numberArray(rows, ({ task }) => task),
    numberArray(rows, ({ number }) => number),
    textArray(rows, ({ state }) => state),
    textArray(rows, ({ platform }) => platform),
    textArray(rows, ({ why }) => why),
    textArray(rows, ({ waitedFor }) => waitedFor),
    jsonArray(rows, ({ holds }) => holds),
    jsonArray(rows, ({ spec }) => spec),
    textArray(rows, ({ code }) => code),
    numberArray(rows, ({ intendedAt }) => intendedAt),
  ];
}

function changeArrays({ run, attempts }: Commit): (string | null)[] {
  const rows = attempts.map((change) => ({ ...change, ...partsOf(run, change) }));
  return [
    numberArray(rows, ({ step }) => step),
    numberArray(rows, ({ task }) => task),
    numberArray(rows, ({ number }) => number),
    textArray(rows, ({ state }) => state),
    jsonArray(rows, ({ holds }) => holds),
    jsonArray(rows, ({ handle }) => handle),
    textArray(rows, (row) => row.class),
    jsonArray(rows, ({ evidence }) => evidence),
    numberArray(rows, ({ runningAt }) => runningAt),
    numberArray(rows, ({ endedAt }) => endedAt),
  ];
}

/** Attempts are stored under the parts of their id. */
function partsOf(run: string, { id }: AttemptChange): { step: number; task: number; number: number } {
  const parts = parseAttemptId(id);
  if (parts?.run !== run) throw new FlotillaError("INTERNAL", `attempt ${id} is not one of run ${run}`);
  return { step: parts.step, task: parts.task, number: parts.number };
}

function sumOfHolds(attempts: readonly Pick<AttemptChange, "holds">[]): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const { holds } of attempts)
    for (const name in holds ?? {}) sums.set(name, (sums.get(name) ?? 0) + Math.round(holds![name]!));
  return [...sums];
}
