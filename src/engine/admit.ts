import { chooseNext } from "../core/admission.ts";
import { type Context, mayAct } from "./context.ts";
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
  for (let starts = 0; starts < startsPerCommit; starts++) {
    const next = chooseNext(candidates, pools.pools, clock.now());
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
  }
  context.wake.now();
}
