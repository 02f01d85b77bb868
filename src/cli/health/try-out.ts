import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openDiskStore } from "../../artifacts/disk-store.ts";
import { classify } from "../../core/classify.ts";
import { describeFailure } from "../../core/failure-cause.ts";
import { makeAttemptId, makeRunId } from "../../core/ids.ts";
import type { AttemptSpec, Platform, Report } from "../../platforms/platform.ts";
import { makePlatformsFor } from "../make-platforms.ts";
import type { Bound } from "./bound.ts";
import { type Finding, missing, ok } from "./finding.ts";

/** A pod may have to wait for its node, and that for its image. */
const withinMs = 120_000;

/** Runs a task at a place of the profile; `said` is what there is to tell if it ended well. */
export async function ranThere(
  what: string,
  { profile, name, advertise }: Omit<Bound<never>, "binding">,
  said: string,
): Promise<Finding> {
  const flotilla = join(mkdtempSync(join(tmpdir(), "flotilla-doctor-")), ".flotilla");
  const project = { flotilla, artifacts: openDiskStore(flotilla) };
  const options = { graceMs: undefined, cpus: undefined, memoryBytes: undefined, advertise };
  try {
    const [platform] = await makePlatformsFor([name], { project, profile, options });
    const why = await tryOut(platform!);
    return why === undefined
      ? ok(what, said)
      : missing(what, `a task could not run: ${why}`, "see what it says; steps on this platform would end so");
  } finally {
    rmSync(dirname(flotilla), { recursive: true, force: true });
  }
}

/** Runs a task that does nothing; says in words what kept it from that, or undefined. The platform is closed. */
async function tryOut(platform: Platform): Promise<string | undefined> {
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
