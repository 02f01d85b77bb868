import { classify } from "../../core/classify.ts";
import { describeFailure } from "../../core/failure-cause.ts";
import { makeAttemptId, makeRunId } from "../../core/ids.ts";
import type { AttemptSpec, Platform, Report } from "../../platforms/platform.ts";

/** A pod may have to wait for its node, and that for its image. */
const withinMs = 120_000;

/** Runs a task that does nothing; says in words what kept it from that, or undefined. The platform is closed. */
export async function tryOut(platform: Platform): Promise<string | undefined> {
  const spec = nothing();
  let waitsFor = "";
  let giveUp: NodeJS.Timeout | undefined;
  try {
    const ended = new Promise<Extract<Report, { type: "ended" }> | undefined>((resolve) => {
      giveUp = setTimeout(() => resolve(undefined), withinMs);
      platform.onReport((report) => {
        const told = report.type === "submitted" ? report.handle["waitsFor"] : undefined;
        if (typeof told === "string") waitsFor = told;
        if (report.type === "ended") resolve(report);
      });
    });
    await platform.start(spec);
    const end = await ended;
    if (end === undefined) {
      await platform.cancel(spec.id, { graceMs: 1000, why: "cancel" });
      return `a task did not end within ${withinMs / 1000} s${waitsFor === "" ? "" : `: ${waitsFor}`}`;
    }
    const verdict = classify(end.evidence);
    return verdict.type === "failed" ? describeFailure(verdict.class, end.evidence) : undefined;
  } finally {
    clearTimeout(giveUp);
    await platform.close();
  }
}

function nothing(): AttemptSpec {
  return {
    id: makeAttemptId(makeRunId(Date.now(), Math.random), 0, 0, 1),
    task: "doctor",
    pipeline: "doctor",
    step: "doctor",
    number: 1,
    work: { type: "shell", argv: ["true"], env: {} },
    key: {},
    inputs: {},
    outputs: {},
    resources: { cpu: 0.1 },
    code: undefined,
    fatalErrors: [],
  };
}
