import type { z } from "zod";
import type { attemptDetail } from "../../api/schemas/task.ts";
import type { Resources } from "../../core/plan.ts";
import type { AttemptSpec } from "../../platforms/platform.ts";
import type { AttemptRow } from "../../store/store.ts";
import { endingInWords } from "./ending-in-words.ts";

export type AttemptDetail = z.output<typeof attemptDetail>;

/** An attempt with what it asked for, what it used, and how it ended in words. */
export function describeAttempt(
  attempt: AttemptRow,
  { planned, folder }: { readonly planned: Resources; readonly folder: string | undefined },
): AttemptDetail {
  const { evidence, handle } = attempt;
  const waitsFor = attempt.state === "submitted" ? handle?.["waitsFor"] : undefined;
  const { cpu, memoryBytes, diskBytes, gpu } = (attempt.spec as AttemptSpec | null)?.resources ?? planned;
  const { error, cpuSeconds, peakMemoryBytes, ...rest } = evidence ?? {};
  return {
    id: attempt.id,
    number: attempt.number,
    state: attempt.state,
    platform: attempt.platform,
    why: attempt.why,
    ...known("waitedFor", attempt.waitedFor),
    ...known("waitsFor", typeof waitsFor === "string" ? waitsFor : undefined),
    ...known("class", attempt.class),
    ...known("ending", evidence === undefined ? undefined : endingInWords(evidence, attempt.class, nodeOf(attempt))),
    ...known(
      "error",
      error && { type: error.type, message: error.message, ...known("stack", error.stack), ...known("at", error.at) },
    ),
    ...known("evidence", evidence && (rest as NonNullable<AttemptDetail["evidence"]>)),
    asked: { cpu, ...known("memoryBytes", memoryBytes), ...known("diskBytes", diskBytes), ...known("gpu", gpu) },
    ...known(
      "used",
      cpuSeconds === undefined && peakMemoryBytes === undefined
        ? undefined
        : { ...known("cpuSeconds", cpuSeconds), ...known("peakMemoryBytes", peakMemoryBytes) },
    ),
    intendedAt: attempt.intendedAt,
    ...known("runningAt", attempt.runningAt),
    ...known("workStartedAt", evidence?.startedAt),
    ...known("workEndedAt", evidence?.endedAt),
    ...known("endedAt", attempt.endedAt),
    ...known("host", evidence?.host),
    ...known("image", evidence?.image),
    ...known("pid", evidence?.pid),
    ...known("folder", folder),
    ...known("code", attempt.code),
  };
}

/** The node of a pod. */
function nodeOf({ handle, evidence }: AttemptRow): string | undefined {
  return handle?.["pod"] === undefined ? undefined : evidence?.host;
}

/** A member that is there only when it is known. */
export function known<Name extends string, T>(name: Name, value: T | undefined): { [K in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: T };
}
