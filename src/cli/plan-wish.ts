import { dirname, join, relative, resolve } from "node:path";
import type { RequestTo } from "../api/operations.ts";
import type { PlanOptions } from "../planner/planner.ts";
import { type ChosenServer, chooseServer } from "./choose-server.ts";
import { type Invocation, listOption, quantityOption, textOption } from "./command.ts";
import { profileOf } from "./project-profile.ts";
import { readParams } from "./read-params.ts";

type RunWish = Omit<RequestTo<"previewRun">, "plan" | "forecast">;

/** The pipeline file that is meant. */
export function pipelineFileOf({ args, project }: Invocation): string {
  return args[0] ?? join(project ?? "", "pipeline.ts");
}

/** What `plan` and `run` ask for, besides the file. */
export function wishOf({ options }: Invocation): Omit<RunWish, "file"> {
  const select = textOption(options, "select");
  const paramsFile = textOption(options, "params");
  const concurrency = quantityOption(options, "concurrency", "whole");
  return {
    ...(select === undefined ? {} : { select }),
    where: [...listOption(options, "where")],
    scenarios: [...listOption(options, "scenario")],
    paramTexts: [...listOption(options, "param")],
    ...(paramsFile === undefined ? {} : { params: readParams(paramsFile) as NonNullable<RunWish["params"]> }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}

/** The same for the planner in this process. */
export async function planOptionsOf(invocation: Invocation): Promise<PlanOptions> {
  const { concurrency: _, ...wish } = wishOf(invocation);
  const profile = await profileOf(projectOfFile(invocation), invocation.options);
  return { ...(wish as Omit<PlanOptions, "file">), file: pipelineFileOf(invocation), profile };
}

/** The server that plans and runs this pipeline file, if there is one. */
export function serverForFile(invocation: Invocation): ChosenServer | undefined {
  return chooseServer(invocation, () => projectOfFile(invocation));
}

/** The project that a pipeline file belongs to: the one that is named, or the folder it lies in. */
export function projectOfFile(invocation: Invocation): string {
  return resolve(invocation.project ?? dirname(pipelineFileOf(invocation)));
}

/** A pipeline file as a server names it: relative to its project, where that is known. */
export function fileOnServer(invocation: Invocation, { directory }: ChosenServer): string {
  const file = pipelineFileOf(invocation);
  return directory === undefined ? file : relative(directory, resolve(file));
}
