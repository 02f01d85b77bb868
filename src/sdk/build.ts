import type { BuildDeclaration } from "./declarations.ts";
import { refuseUnknown } from "./refuse-unknown.ts";

export interface BuildOptions {
  /** The image that it begins with. With `requirements` it needs Python 3.9 or newer, and `pip`. */
  readonly from: string;
  /** A file of what `pip` is to install. */
  readonly requirements?: string;
  /**
   * Files and whole folders that lie in the image under the same paths, below `/app`. What the requirements name (a wheel)
   * is there before they are installed; what they do not name can change without their being installed again.
   */
  readonly files?: readonly string[];
  /** Names its repository in the registry, and the step that makes it: `image-<name>`. */
  readonly name?: string;
}

/**
 * An image that is built for a step, once for each content, by the Docker engine of its platform, and kept in the registry of
 * the profile. Paths are relative to the pipeline file. On this machine, where there are no containers, a Python step gets a
 * venv with the same requirements.
 *
 *     step("train", { run: python("train:fit"), image: build({ from: "python:3.12-slim", requirements: "requirements.txt" }) })
 */
export function build(options: BuildOptions): BuildDeclaration {
  refuseUnknown("STEP_INVALID", "build()", options, ["from", "requirements", "files", "name"]);
  const { from, requirements, files = [], name } = options;
  return Object.freeze({
    kind: "build",
    recipe: Object.freeze({
      from,
      ...(requirements === undefined ? {} : { requirements }),
      files: Object.freeze([...files]),
      ...(name === undefined ? {} : { name }),
    }),
  });
}
