import { type Admission, type Candidate, chooseNext } from "../core/admission.ts";
import type { LiveRun } from "../core/live-run.ts";
import { type Context, mayAct } from "./context.ts";
import { takeFault } from "./faults.ts";
import type { PoolView } from "./pool-view.ts";
import { apply } from "./take-in.ts";

/** At most this many starts go into one commit: a larger one costs no less per task, and delays the first. */
const startsPerCommit = 1000;

/** Starts what is ready and has room, in order. */
export function admit(context: Context): void {
  const { pools, runs, clock } = context;
  const owners = new Map(
    [...runs.values()].filter((owned) => mayAct(context, owned)).map((owned) => [owned.live, owned]),
  );
  const candidates = [...owners.values()].map(({ live, remainingMs }) => ({ run: live, remainingMs }));
  const drop = (run: LiveRun): void =>
    void candidates.splice(
      candidates.findIndex((candidate) => candidate.run === run),
      1,
    );
  const choose = (): Admission | undefined => {
    try {
      return chooseNext(candidates, pools.pools, clock.now());
    } catch (fault) {
      // A run that cannot even be looked at must not keep the others from starting.
      const culprit = candidates.find((candidate) => !canBeChosenFrom(candidate, pools, clock.now()));
      if (culprit === undefined) throw fault;
      takeFault(context, owners.get(culprit.run)!, fault);
      drop(culprit.run);
      return choose();
    }
  };
  for (let starts = 0; starts < startsPerCommit; starts++) {
    const next = choose();
    if (next === undefined) {
      context.starved = candidates.some(({ run }) => run.steps.some((step) => step.ready.size > 0));
      return;
    }
    if (next.type === "impossible") {
      const { step, task, message } = next;
      apply(context, owners.get(next.run)!, { type: "impossible", step, task, message });
      continue;
    }
    const { run, ...start } = next.start;
    pools.take(start.holds);
    apply(context, owners.get(run)!, { type: "start", ...start });
    // A fault of ours took the run away before it got what it asked for.
    if (!runs.has(run.id)) {
      pools.give(start.holds);
      drop(run);
    }
  }
  context.wake.now();
}

function canBeChosenFrom(candidate: Candidate, pools: PoolView, now: number): boolean {
  try {
    chooseNext([candidate], pools.pools, now);
    return true;
  } catch {
    return false;
  }
}
