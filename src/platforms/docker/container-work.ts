import { FlotillaError } from "../../core/errors.ts";
import type { PythonEnvironment } from "../../core/plan.ts";
import type { AttemptSpec } from "../platform.ts";

/**
 * The image that a step runs in.
 * @throws FlotillaError `TASK_CONFIG` where neither step nor platform names one, and for work that no image can do: our Node
 * is not in it
 */
export function imageOf(
  { step, image, work }: AttemptSpec,
  platform: { readonly name: string; readonly image: string | undefined },
): string {
  if (work.type === "node") throw refusal(`the step ${step} is a Node function, which only local platforms run`);
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

/** Whether there is nothing to do: the environment of what runs in an image is there with the image. */
export function isDoneByImage({ work }: AttemptSpec): boolean {
  return work.type === "environment";
}

const imagePython: PythonEnvironment = { type: "interpreter", python: "python3" };

/** Files that a task writes must be ours to read and remove; root's rights need no user. */
export function ownUser(): { readonly user?: string } {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 ? {} : { user: `${uid}:${process.getgid?.() ?? uid}` };
}

function refusal(message: string): FlotillaError {
  return new FlotillaError("TASK_CONFIG", message);
}
