import { lstatSync } from "node:fs";
import { posix, relative, resolve, sep } from "node:path";
import type { ImageRecipe } from "../../core/plan.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";
import { refuseStep } from "./refuse-step.ts";

/** What registries take for a part of a repository's name. */
const namePattern = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

/** The recipe of a step's image with its paths as they stand in the project; undefined where it has none to be built. */
export function planImage(step: StepDeclaration, project: string): ImageRecipe | undefined {
  const { image } = step.options;
  if (image === undefined || typeof image === "string") return undefined;
  const { from, requirements, files, name } = image.recipe;
  if (typeof from !== "string" || !/^\S+$/.test(from))
    refuse(step, `from ${JSON.stringify(from)}`, 'name an image as `docker pull` takes it: from: "python:3.12-slim"');
  if (name !== undefined && (!namePattern.test(name) || name.length > 50))
    refuse(
      step,
      `with the name ${JSON.stringify(name)}`,
      "small letters and digits, with single - . or _ between them, 50 at most",
    );
  return {
    from,
    ...(requirements === undefined ? {} : { requirements: inProject(step, project, requirements) }),
    files: [...new Set(files.map((path) => inProject(step, project, path)))].toSorted(),
    ...(name === undefined ? {} : { name }),
  };
}

/** A path below the project, with `/`; of the project itself it is empty. */
function inProject(step: StepDeclaration, project: string, path: string): string {
  const file = resolve(project, path);
  const inside = relative(project, file).split(sep).join(posix.sep);
  if (inside === ".." || inside.startsWith("../"))
    refuse(step, `from ${path}, outside of the project`, "put the file beside or below the pipeline file");
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined)
    refuse(step, `from ${path}, which is not there`, "paths are relative to the pipeline file");
  return inside;
}

function refuse(step: StepDeclaration, what: string, mend: string): never {
  refuseStep(step, "STEP_INVALID", `has an image built ${what}`, mend);
}
