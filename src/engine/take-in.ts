import { assertNever } from "../core/errors.ts";
import { parseAttemptId } from "../core/ids.ts";
import type { RunEvent } from "../core/run-event.ts";
import { transition } from "../core/transition.ts";
import type { Report } from "../platforms/platform.ts";
import type { RequestRow } from "../store/store.ts";
import type { Context } from "./context.ts";
import { takeFault } from "./faults.ts";
import { learnDuration, type OwnedRun } from "./owned-run.ts";

/** Everything that has happened since the last cycle becomes events of the runs it belongs to. */
export function takeIn(context: Context): void {
  const { inbox, runs, clock } = context;
  const { reports, requests } = inbox;
  inbox.reports = [];
  inbox.requests = [];
  for (const report of reports) {
    const run = parseAttemptId(report.attempt)?.run;
    const owned = run === undefined ? undefined : runs.get(run);
    if (owned !== undefined) guarded(context, owned, () => applyReport(context, owned, report));
  }
  for (const request of requests) {
    const owned = runs.get(request.run);
    if (owned !== undefined && !owned.requestsSeen.has(request.id))
      guarded(context, owned, () => applyRequest(context, owned, request));
  }
  const now = clock.now();
  for (const owned of runs.values())
    if ((owned.live.due.next() ?? Infinity) <= now) apply(context, owned, { type: "tick" });
}

/** Lets the pure core decide; what is to be done outside waits until it is committed. */
export function apply(context: Context, owned: OwnedRun, event: RunEvent): void {
  guarded(context, owned, () => {
    const [, effects] = transition(owned.live, event, context.clock.now());
    owned.effects.push(...effects);
  });
}

function guarded(context: Context, owned: OwnedRun, decide: () => void): void {
  try {
    decide();
  } catch (fault) {
    takeFault(context, owned, fault);
  }
}

function applyReport(context: Context, owned: OwnedRun, report: Report): void {
  switch (report.type) {
    case "submitted":
    case "running":
      return apply(context, owned, report);
    case "ended": {
      const attempt = owned.live.active.get(report.attempt);
      if (attempt === undefined) return;
      if (!owned.live.followers.has(attempt.id)) context.pools.give(attempt.holds);
      apply(context, owned, { ...report, roll: context.random() });
      if (attempt.class === undefined && attempt.runningAt !== undefined)
        learnDuration(owned, attempt.step, report.at - attempt.runningAt);
      return;
    }
    case "progress":
      return;
    default:
      assertNever(report);
  }
}

function applyRequest(context: Context, owned: OwnedRun, { id, request, by }: RequestRow): void {
  owned.requestsSeen.add(id);
  owned.handled.push(id);
  switch (request.type) {
    case "pause":
      return apply(context, owned, { type: "pause", why: `paused by ${by}` });
    case "resume":
      return apply(context, owned, { type: "resume", by });
    case "cancel":
      return apply(context, owned, { type: "cancel", why: `cancelled by ${by}` });
    case "restart":
      if (request.code !== undefined) owned.code = request.code;
      return apply(context, owned, { type: "restart", tasks: request.tasks, by });
    default:
      assertNever(request);
  }
}
