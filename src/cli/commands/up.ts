import { join } from "node:path";
import { type CommandRun, type Invocation, quantityOption, textOption } from "../command.ts";
import { makeEngineId } from "../engine-id.ts";
import { exitCodes } from "../exit-codes.ts";
import { safeText } from "../format/safe-text.ts";
import { onInterrupt } from "../interrupts.ts";
import { storeName } from "../known-stores.ts";
import { makeEngine } from "../make-engine.ts";
import { openBrowser } from "../open-browser.ts";
import { type Project, withProjectAt } from "../open-project.ts";
import { projectFolder } from "../project-folder.ts";
import { measured, serveProject } from "../serve-project.ts";
import { claimServer, findServer, forgetServer, type ServerRecord } from "../server-file.ts";
import { openServerLog } from "../server-log.ts";

export const run: CommandRun = async (invocation) => {
  const directory = projectFolder(invocation.project);
  const other = findServer(join(directory, ".flotilla"));
  if (other !== undefined) return tellRunning(other, invocation);
  return withProjectAt(directory, invocation, (project) => up(project, invocation));
};

/** Serves, and drives every run that nobody drives, until it is told to end. What runs then, runs on. */
async function up(opened: Project, invocation: Invocation): Promise<number> {
  // What is wrong with it is told before anything listens.
  await opened.profile();
  const { options, terminal } = invocation;
  const { project, metrics } = measured(opened);
  const log = await openServerLog(terminal);
  const id = makeEngineId();
  const served = await serveProject(project, {
    address: textOption(options, "host"),
    port: quantityOption(options, "port", "port"),
    engine: id,
    metrics,
    log,
  });
  const other = claimServer(project.flotilla, { ...served, store: storeName(project.database) });
  if (other !== undefined) {
    await served.close();
    return tellRunning(other, invocation);
  }
  const engine = await makeEngine(project, options, {
    id,
    takeOrphans: true,
    onFault: (run, fault) => log.runFault(run, fault),
    onWait: (error) => log.wait(error),
  });
  project.beforeClose.add(async () => {
    forgetServer(project.flotilla, served);
    await served.close();
    await engine.stop();
  });
  const stopInterrupts = onInterrupt(() => project.leave(exitCodes.done.code));
  try {
    await engine.start();
    await tellReady(project, served.url, invocation);
    // Whoever ends the server ends the process.
    return await new Promise<never>(() => undefined);
  } finally {
    stopInterrupts();
  }
}

async function tellReady({ directory }: Project, url: string, invocation: Invocation): Promise<void> {
  const { terminal } = invocation;
  if (terminal.json)
    terminal.print(JSON.stringify({ type: "server.ready", url, pid: process.pid, project: directory }));
  else {
    const end = terminal.paint.dim("Ctrl-C ends it; what runs, runs on");
    terminal.print(`serving ${safeText(directory)}\n\n  ${terminal.paint.bold(url)}\n\n${end}`);
  }
  await openIfAsked(url, invocation);
}

async function tellRunning({ url, pid }: ServerRecord, invocation: Invocation): Promise<number> {
  const { terminal } = invocation;
  if (terminal.json) terminal.print(JSON.stringify({ type: "server.running", url, pid }));
  else terminal.print(`a server of this project runs already (process ${pid})\n\n  ${terminal.paint.bold(url)}`);
  await openIfAsked(url, invocation);
  return exitCodes.done.code;
}

async function openIfAsked(url: string, { options, terminal }: Invocation): Promise<void> {
  if (options["open"] === true && !(await openBrowser(url))) terminal.note("there is no browser to open it with");
}
