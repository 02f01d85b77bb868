import { FlotillaError } from "../../core/errors.ts";
import type { AttemptSpec } from "../platform.ts";

/**
 * The image that a step runs in.
 * @throws FlotillaError `TASK_CONFIG` where neither step nor platform names one, and for work that no image can do: what it
 * holds is for the image to say, so nothing is installed into a container, and our Node is not in it
 */
export function imageOf(
  { step, image, work }: AttemptSpec,
  platform: { readonly name: string; readonly image: string | undefined },
): string {
  if (work.type === "environment" || (work.type === "python" && work.environment.type === "venv"))
    throw refusal(`the step ${step} has an environment of its own; in a container that is its image's`);
  if (work.type === "node") throw refusal(`the step ${step} is a Node function, which only local platforms run`);
  const chosen = image ?? platform.image;
  if (chosen === undefined)
    throw refusal(`the step ${step} names no image, and the platform ${platform.name} has none`);
  return chosen;
}

/** Files that a task writes must be ours to read and remove; root's rights need no user. */
export function ownUser(): { readonly user?: string } {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 ? {} : { user: `${uid}:${process.getgid?.() ?? uid}` };
}

function refusal(message: string): FlotillaError {
  return new FlotillaError("TASK_CONFIG", message);
}
