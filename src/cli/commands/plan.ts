import { makePlan } from "../../planner/planner.ts";
import type { RequestTo, ResponseOf } from "../../api/operations.ts";
import type { CommandRun, Invocation } from "../command.ts";
import { withLocalApi, withServer } from "../connection.ts";
import { exitCodes } from "../exit-codes.ts";
import { refuseEngineOptions } from "../engine-options.ts";
import { fileOnServer, pipelineFileOf, projectOfFile, serverForFile, wishOf } from "../plan-wish.ts";
import { profileOf } from "../project-profile.ts";
import { planLines } from "../view/plan-lines.ts";

type Preview = ResponseOf<"previewRun">;

export const run: CommandRun = async (invocation) => {
  const { terminal, options } = invocation;
  const request = { ...wishOf(invocation), plan: terminal.json, forecast: options["forecast"] === true };
  const preview = await previewRun(invocation, request);
  terminal.print(terminal.json ? JSON.stringify(planDocument(preview)) : planLines(preview, terminal).join("\n"));
  return exitCodes.done.code;
};

/** A plan by itself needs no store, and none is opened for it; what earlier runs took is known there alone. */
async function previewRun(invocation: Invocation, request: Omit<RequestTo<"previewRun">, "file">): Promise<Preview> {
  const server = profileIsAsked(invocation) ? undefined : serverForFile(invocation);
  if (server !== undefined)
    return withServer(server, invocation, ({ api }) =>
      api.previewRun({ ...request, file: fileOnServer(invocation, server) }),
    );
  const [directory, file] = [projectOfFile(invocation), pipelineFileOf(invocation)];
  if (request.forecast === true)
    return withLocalApi(directory, invocation, ({ api }) => api.previewRun({ ...request, file }));
  const { planningApi } = await import("../../server/planning-api.ts");
  const profile = await profileOf(directory, invocation.options);
  const api = planningApi({
    project: directory,
    anyFile: true,
    makePlan: (asked) => makePlan({ ...asked, profile }),
  });
  return api.previewRun({ ...request, file });
}

/** A server plans with the profile that it was started with; with another one this process does. */
function profileIsAsked({ options }: Invocation): boolean {
  if (options["server"] !== undefined) refuseEngineOptions(options);
  return options["profile"] !== undefined;
}

/** The plan as it would be stored, its hash, and the tasks of each step with the place where they run. */
function planDocument({ planHash, profile, steps, plan, expectedMs }: Preview): object {
  const tasks = Object.fromEntries(steps.map((step) => [step.name, step.tasks]));
  const places = Object.fromEntries(steps.map((step) => [step.name, { on: step.on, ...step.place }]));
  return { hash: planHash, profile, tasks, places, expectedMs, plan };
}
