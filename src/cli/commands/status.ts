import { runStateFacts } from "../../core/task-state.ts";
import type { Plan } from "../../core/plan.ts";
import type { RunRow } from "../../store/store.ts";
import type { CommandRun } from "../command.ts";
import { followRun } from "../drive-run.ts";
import { isDriven } from "../engine-id.ts";
import { exitCodes } from "../exit-codes.ts";
import { findRun, planOf } from "../find-run.ts";
import { withProject } from "../open-project.ts";
import { countTasks, runLines } from "../view/run-lines.ts";
import { summarise } from "../view/run-summary.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options, terminal } = invocation;
    const row = await findRun(project.store, args[0]);
    const plan = await planOf(project.store, row);
    if (options["watch"] === true) return followRun(project, row, plan, invocation);
    if (terminal.json) {
      terminal.print(JSON.stringify({ ...runJson(row), steps: stepsJson(row, plan) }));
      return exitCodes.done.code;
    }
    terminal.print(
      runLines(row, plan, { now: Date.now(), columns: terminal.columns, paint: terminal.paint, rate: undefined }).join(
        "\n",
      ),
    );
    if (runStateFacts[row.state].ended) await summarise(project.store, row, plan, terminal);
    else if (!isDriven(row)) terminal.print(`\nno engine drives this run; go on with it: flotilla resume ${row.id}`);
    return exitCodes.done.code;
  });

/** A run as `--json` shows it. */
export function runJson(row: RunRow): object {
  const { id, pipeline, selection, params, state, why, startedBy, createdAt, startedAt, endedAt, code, planHash } = row;
  return {
    id,
    pipeline,
    selection,
    params,
    state,
    why,
    driven: isDriven(row),
    startedBy,
    createdAt,
    startedAt,
    endedAt,
    code,
    plan: planHash,
    tasks: countTasks(row),
  };
}

function stepsJson(row: RunRow, plan: Plan): object[] {
  return plan.steps.map(({ name, by }, index) => ({ name, by, tasks: row.counts[index] }));
}
