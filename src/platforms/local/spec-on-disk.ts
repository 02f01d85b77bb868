import { relative } from "node:path";
import type { AttemptId } from "../../core/ids.ts";
import type { Output, Work } from "../../core/plan.ts";
import { outputTypes } from "../../core/plan.ts";
import type { AttemptSpec } from "../platform.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import { readRecordIfSound } from "./attempt-folder.ts";
import { isRecord } from "./exit-record.ts";

/**
 * What an attempt's own folder tells of its spec, for a call that names only its id: enough to end it, to store what
 * it completed and to tell how it ended. It is never started from this, and its inputs are not looked at again.
 */
export function specOnDisk(id: AttemptId, folder: AttemptFolder): AttemptSpec {
  const record = recordOf(readRecordIfSound(folder.attempt));
  return {
    id,
    task: textOf(record["task"]),
    pipeline: textOf(record["pipeline"]),
    step: textOf(record["step"]),
    number: 1,
    work: workOf(recordOf(record["run"])),
    key: {},
    inputs: {},
    outputs: Object.fromEntries(
      Object.entries(recordOf(record["outputs"])).flatMap(([name, told]) => outputOf(name, recordOf(told), folder)),
    ),
    resources: { cpu: 1 },
    code: undefined,
    fatalErrors: [],
  };
}

function workOf({ type }: Record<string, unknown>): Work {
  if (type === "container") return { type, env: {} };
  if (type !== "python") return { type: "shell", argv: [], env: {} };
  return { type, module: "", function: "", environment: { type: "interpreter", python: "" } };
}

function outputOf(name: string, told: Record<string, unknown>, folder: AttemptFolder): [string, Output][] {
  const type = outputTypes.find((one) => one === told["type"]);
  if (!type) return [];
  const place = typeof told["path"] === "string" ? { path: relative(folder.outputs, told["path"]) } : {};
  return [[name, { type, ...place, ...(told["optional"] === true ? { optional: true } : {}) }]];
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
