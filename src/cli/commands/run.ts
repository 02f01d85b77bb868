import { FlotillaError } from "../../core/errors.ts";
import { makePlan } from "../../planner/planner.ts";
import type { ChosenServer } from "../choose-server.ts";
import { type CommandRun, type Invocation, textOption } from "../command.ts";
import { type Connection, loadLocalApi, withLocalApi, withServer } from "../connection.ts";
import { detachRun } from "../detach-run.ts";
import { driveRun } from "../drive-run.ts";
import { safeText } from "../format/safe-text.ts";
import { refuseUnreachable } from "../make-platforms.ts";
import { fileOnServer, pipelineFileOf, planOptionsOf, projectOfFile, serverForFile, wishOf } from "../plan-wish.ts";
import { tellLink } from "../tell-link.ts";

export const run: CommandRun = async (invocation) => {
  const { options } = invocation;
  if (options["ui"] === true && options["detach"] === true)
    throw new FlotillaError("USAGE", "--ui shows a run for as long as this command sees to it", {
      mend: "leave --detach out, or look at it with `flotilla up`",
    });
  const server = serverForFile(invocation);
  return server === undefined ? runHere(invocation) : runOnServer(server, invocation);
};

async function runOnServer(server: ChosenServer, invocation: Invocation): Promise<number> {
  return withServer(server, invocation, async (connection) => {
    const started = await startRun(connection, fileOnServer(invocation, server), invocation);
    if (invocation.options["ui"] === true) tellLink(server.find().url, started.id, invocation);
    return seeTo(connection, started, invocation);
  });
}

async function runHere(invocation: Invocation): Promise<number> {
  void loadLocalApi();
  // Before the store is opened: a pipeline that cannot be planned leaves nothing behind.
  const planned = await makePlan(await planOptionsOf(invocation));
  if (planned.profile !== undefined)
    await refuseUnreachable(planned.profile, { advertise: textOption(invocation.options, "advertise") });
  const place = { ...invocation, makePlan: () => Promise.resolve(planned) };
  return withLocalApi(projectOfFile(invocation), place, async (connection) => {
    const started = await startRun(connection, pipelineFileOf(invocation), invocation);
    if (invocation.options["ui"] !== true) return seeTo(connection, started, invocation);
    // What serves takes a while to load, and few runs need it.
    const { withPages } = await import("../with-pages.ts");
    return withPages(connection.project, started.id, invocation, (project) =>
      seeTo({ ...connection, project }, started, invocation),
    );
  });
}

type StartedRun = Awaited<ReturnType<Connection["api"]["startRun"]>>;

async function startRun({ api }: Connection, file: string, invocation: Invocation): Promise<StartedRun> {
  const { terminal } = invocation;
  const started = await api.startRun({ ...wishOf(invocation), file });
  if (terminal.json) return started;
  const { coverage } = await api.getRun({ run: started.id });
  terminal.print(`selection ${safeText(coverage.name)}: ${safeText(coverage.inWords)}`);
  return started;
}

function seeTo(connection: Connection, started: StartedRun, invocation: Invocation): Promise<number> {
  return invocation.options["detach"] === true
    ? detachRun(connection, started, invocation)
    : driveRun(connection, started, invocation);
}
