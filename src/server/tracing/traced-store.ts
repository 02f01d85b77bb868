import type { AttemptId, RunId } from "../../core/ids.ts";
import { runStateFacts } from "../../core/task-state.ts";
import type { AttemptChange, Claim, Commit, CommitResult, RunRow, Store } from "../../store/store.ts";
import { spanIdOf, traceIdOf } from "./trace-ids.ts";

/** A span that is over. Times are milliseconds since 1970. */
export interface EndedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Why it failed, if it did. */
  readonly failure: string | undefined;
}

/** An attempt under way, as far as commits have told. */
interface Underway {
  readonly task: string;
  readonly platform: string;
  readonly intendedAt: number;
}

interface KnownRun {
  readonly row: RunRow;
  readonly underway: Map<AttemptId, Underway>;
}

/** A store that tells what is committed as spans: a run is a trace, each of its attempts a span in it. Told once they are over. */
export function tracedStore(store: Store, tell: (span: EndedSpan) => void): Store {
  const runs = new Map<RunId, KnownRun>();
  return {
    ...store,
    async claim(options) {
      const claim: Claim | undefined = await store.claim(options);
      if (claim !== undefined) runs.set(claim.run.id, { row: claim.run, underway: new Map() });
      return claim;
    },
    async commit(commit) {
      const result: CommitResult = await store.commit(commit);
      const known = runs.get(commit.run);
      if (known !== undefined && result.type === "committed") for (const span of spansOf(known, commit)) tell(span);
      return result;
    },
    async release(run, fence) {
      runs.delete(run);
      return store.release(run, fence);
    },
  };
}

function spansOf(known: KnownRun, { tasks, newAttempts, attempts, state }: Commit): EndedSpan[] {
  const refs = new Map(tasks.map(({ step, task, ref }) => [`${step}-${task}`, ref]));
  for (const { id, step, task, platform, intendedAt } of newAttempts)
    known.underway.set(id, { task: refs.get(`${step}-${task}`) ?? id, platform, intendedAt });
  const spans = attempts.flatMap((attempt) => attemptSpan(known, attempt) ?? []);
  const { row } = known;
  if (state === undefined || !runStateFacts[state.state].ended || state.endedAt === undefined) return spans;
  return [
    ...spans,
    {
      ...{ traceId: traceIdOf(row.id), spanId: spanIdOf(row.id), parentId: undefined },
      name: row.pipeline,
      startedAt: state.startedAt ?? row.createdAt,
      endedAt: state.endedAt,
      attributes: { "flotilla.run": row.id, "flotilla.selection": row.selection, "flotilla.state": state.state },
      failure: state.state === "succeeded" ? undefined : state.why,
    },
  ];
}

/** Of an attempt that an earlier engine has started, only that part is known which this one has seen. */
function attemptSpan({ row, underway }: KnownRun, attempt: AttemptChange): EndedSpan | undefined {
  const { id, state, runningAt, endedAt } = attempt;
  if (state !== "ended" || endedAt === undefined) return undefined;
  const { task = id, platform, intendedAt } = underway.get(id) ?? {};
  underway.delete(id);
  return {
    ...{ traceId: traceIdOf(row.id), spanId: spanIdOf(id), parentId: spanIdOf(row.id) },
    name: task,
    startedAt: intendedAt ?? runningAt ?? endedAt,
    endedAt,
    attributes: {
      "flotilla.run": row.id,
      "flotilla.task": task,
      "flotilla.attempt": id,
      ...(platform === undefined ? {} : { "flotilla.platform": platform }),
      ...(runningAt === undefined ? {} : { "flotilla.running_at": runningAt }),
      ...(attempt.class === undefined ? {} : { "flotilla.class": attempt.class }),
    },
    failure: attempt.class,
  };
}
