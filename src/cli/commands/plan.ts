import { makeTopology } from "../../core/topology.ts";
import type { CommandRun } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { planFor } from "../make-plan.ts";
import { planLines } from "../view/plan-lines.ts";

export const run: CommandRun = async (invocation) => {
  const { terminal } = invocation;
  const { plan, planHash } = await planFor(invocation);
  const topology = makeTopology(plan);
  if (terminal.json) {
    const tasks = Object.fromEntries(topology.steps.map(({ name, size }) => [name, size]));
    terminal.print(JSON.stringify({ hash: planHash, tasks, plan }));
  } else terminal.print(planLines(plan, planHash, topology, terminal).join("\n"));
  return exitCodes.done.code;
};
