import type { RunDetail } from "../../api/schemas/run.ts";
import { FlotillaError } from "../../core/errors.ts";
import { runStateFacts } from "../../core/task-state.ts";
import { isPassing } from "../../engine/commit.ts";
import type { Connection } from "../connection.ts";
import { tellWait } from "../describe-error.ts";
import type { Terminal } from "../terminal.ts";
import { jsonView, liveView, plainView, type View } from "./views.ts";

/** Failures shown as they come; the summary at the end has all of them, grouped. */
const mostFailures = 5;
/** For so long a run may be between two engines; a server has others to see to. */
const handOverMs = { here: 3_000, server: 15_000 };
/** A server may be started again meanwhile. */
const patienceMs = 60_000;

export interface WatchOptions {
  readonly terminal: Terminal;
  /** Says whether the run is driven, after having seen to it if that is ours to do. */
  readonly keep: (run: RunDetail) => Promise<boolean>;
}

/**
 * Shows a run until it has ended, in whatever way the output allows: in place on a terminal, line by line elsewhere, as
 * objects with `--json`. One question per look, so any number of watchers cost the engine nothing.
 */
export async function watchRun(
  connection: Pick<Connection, "api" | "project" | "lookMs">,
  run: string,
  options: WatchOptions,
): Promise<RunDetail> {
  const view = chooseView(options.terminal);
  try {
    return await watch(connection, run, view, options);
  } finally {
    view.close();
  }
}

async function watch(
  { api, project, lookMs }: Pick<Connection, "api" | "project" | "lookMs">,
  id: string,
  view: View,
  { terminal, keep }: WatchOptions,
): Promise<RunDetail> {
  const patience = new Patience(terminal);
  let seen = -1;
  let failuresLeft = mostFailures;
  let drivenAt = performance.now();
  for (;;) {
    const run = await patience.passing(() => api.getRun({ run: id, failedSince: Math.max(0, seen) }));
    if (run !== undefined) {
      const isOver = runStateFacts[run.state].ended;
      const isRestarting = isOver && run.asked.includes("restart");
      const isDriven = isOver && !isRestarting ? true : await patience.passing(() => keep(run));
      if (isDriven === true) drivenAt = performance.now();
      const driven = performance.now() - drivenAt < (project === undefined ? handOverMs.server : handOverMs.here);
      // A run that is asked to go on has ended until somebody carries that out; without an engine nobody does.
      const ended = isOver && !(isRestarting && driven);
      if (ended || !isOver) {
        const failures = (run.failures ?? []).slice(0, failuresLeft);
        failuresLeft -= failures.length;
        view.show({ run, now: Date.now(), driven, changed: run.version > seen, ended, failures });
        if (ended) return run;
      }
      seen = run.version;
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

function chooseView(terminal: Terminal): View {
  if (terminal.json) return jsonView(terminal);
  return terminal.interactive ? liveView(terminal) : plainView(terminal);
}

/** Waits, as the engine does, for a store that is away; and for a while for a server, which may be started again. */
class Patience {
  readonly #terminal: Terminal;
  #awaySince: number | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Undefined when that could not be had now. */
  async passing<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await look();
      this.#awaySince = undefined;
      return answer;
    } catch (error) {
      if (isPassing(error)) return undefined;
      if (!(error instanceof FlotillaError) || !isServerAway(error)) throw error;
      if (this.#awaySince === undefined) tellWait(error, this.#terminal);
      this.#awaySince ??= performance.now();
      if (performance.now() - this.#awaySince > patienceMs) throw error;
      return undefined;
    }
  }
}

function isServerAway({ code }: FlotillaError): boolean {
  return code === "SERVER_UNREACHABLE" || code === "SERVER_BUSY";
}
