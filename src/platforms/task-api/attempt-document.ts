import { dirname, join } from "node:path";
import type { StoredBlob } from "../../artifacts/artifact-store.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { inContainer, taskDocument } from "../container-work.ts";
import type { AttemptSpec } from "../platform.ts";
import type { AttemptFolder } from "../local/attempt-folder.ts";
import { attemptPlaces } from "../local/attempt-folder.ts";
import { attemptJson } from "../local/attempt-json.ts";
import { threadsOf, threadVariables } from "../local/interpreter.ts";
import { inputPlaces } from "../local/place-inputs.ts";
import { runOf } from "../local/run-command.ts";

/** Where a runner has the parts of its attempt, below a folder of its own. */
export function placesBelow(scratch: string): { readonly folder: AttemptFolder; readonly code: string } {
  return {
    folder: attemptPlaces(join(scratch, "attempt"), join(scratch, "checkpoint")),
    code: join(scratch, "code"),
  };
}

/**
 * What a runner needs to know: the attempt as the protocol tells it, with the paths that it has below `scratch` there, and
 * what is to be fetched first.
 */
export function attemptDocument(
  spec: AttemptSpec,
  scratch: string,
  { graceMs, code }: { readonly graceMs: number; readonly code: StoredBlob | undefined },
): JsonObject {
  if (spec.work.type === "container") return containerDocument(spec, graceMs);
  const places = placesBelow(scratch);
  return {
    attempt: toldAt(spec, places.folder, { code: places.code, graceMs }),
    python: pythonOf(spec),
    variables: threadVariables(threadsOf(spec.resources)),
    code: code === undefined ? null : { ...code },
    inputs: inputContents(spec),
  };
}

/** For what stands beside a container of somebody else's: all has the place that the container sees it at. */
function containerDocument(spec: AttemptSpec, graceMs: number): JsonObject {
  const { inputs, outputs, work, values, task } = inContainer;
  return {
    attempt: toldAt(spec, inContainer, { code: work, graceMs }),
    inputs: inputContents(spec),
    container: { places: { inputs, outputs, work, values, task }, task: taskDocument(spec) },
  };
}

function inputContents({ inputs }: AttemptSpec): Json[] {
  return inputPlaces(inputs).map(({ path, artifact: { type, digest, bytes } }) => ({ path, type, digest, bytes }));
}

/**
 * `attempt.json` for these places.
 * @throws FlotillaError `TASK_CONFIG` for work that needs more than a place without our disk has; `OUTPUT_INVALID`
 */
export function toldAt(
  spec: AttemptSpec,
  folder: AttemptFolder,
  { code, graceMs }: { readonly code: string; readonly graceMs: number },
): JsonObject {
  if (spec.work.type === "container") return attemptJson(spec, folder, { run: { type: "container" }, code, graceMs });
  refuseWhatIsNotThere(spec);
  const run = runOf(spec, folder, { flotilla: dirname(folder.root), nodeRunner: "", sources: code });
  return attemptJson(spec, folder, { run, code, graceMs });
}

function pythonOf({ work }: AttemptSpec): string {
  return work.type === "python" && work.environment.type === "interpreter" ? work.environment.python : "python3";
}

/** An image brings interpreter and libraries with it. */
function refuseWhatIsNotThere({ work, step }: AttemptSpec): void {
  const isHere = work.type === "shell" || (work.type === "python" && work.environment.type === "interpreter");
  if (isHere) return;
  const what = work.type === "python" ? "a Python step with an environment of this machine" : `a ${work.type} step`;
  throw new FlotillaError("TASK_CONFIG", `${step} is ${what}, which cannot run where this machine's disk is not`, {
    mend: "give the step an image that has what it needs, or run it on a platform of this machine",
    place: { step },
  });
}
