import { FlotillaError } from "../core/errors.ts";
import type { Evidence } from "../core/evidence.ts";
import type { PythonEnvironment } from "../core/plan.ts";
import type { AttemptSpec } from "./platform.ts";

/**
 * The image that a step runs in.
 * @throws FlotillaError `TASK_CONFIG` where neither step nor platform names one, and for work that no image can do: our Node
 * is not in it
 */
export function imageOf(
  { step, image, work }: AttemptSpec,
  platform: { readonly name: string; readonly image?: string | undefined },
): string {
  if (work.type === "node") throw refusal(`the step ${step} is a Node function, which only local platforms run`);
  if (image === "")
    throw refusal(`the image of ${step} was not built, as its platform had no containers then; restart what builds it`);
  if (work.type === "kubernetesResource")
    throw refusal(`the step ${step} is a ${work.manifest.kind}, which only a cluster makes something of`);
  const chosen = image ?? platform.image;
  if (chosen === undefined)
    throw refusal(`the step ${step} names no image, and the platform ${platform.name} has none`);
  return chosen;
}

/** What it does where its image is its environment: nothing is installed into a container. */
export function inImage(spec: AttemptSpec): AttemptSpec {
  const { work } = spec;
  if (work.type !== "python" || work.environment.type !== "venv") return spec;
  return { ...spec, work: { ...work, environment: imagePython } };
}

/** Of an attempt for which there is nothing to do: the environment of what runs in an image is there with the image. */
export function doneByImage({ work }: AttemptSpec, host: string): Evidence | undefined {
  if (work.type !== "environment") return undefined;
  const now = Date.now();
  return { completed: true, host, startedAt: now, endedAt: now };
}

const imagePython: PythonEnvironment = { type: "interpreter", python: "python3" };

function refusal(message: string): FlotillaError {
  return new FlotillaError("TASK_CONFIG", message);
}
