import { retryClasses } from "../core/retry-class.ts";
import { taskStates } from "../core/task-state.ts";
import type { ArgumentSpec, OptionSpec } from "./command.ts";

/** Options that every command has; they may stand before its name too. */
export const globalOptions: readonly OptionSpec[] = [
  {
    flags: "--project <folder>",
    summary: "the project; else the folder of the pipeline file, or the nearest folder above with a .flotilla",
  },
  { flags: "--database <url>", summary: "a PostgreSQL server instead of the embedded one (or DATABASE_URL)" },
  {
    flags: "--server <url>",
    summary:
      "a server of Flotilla's (or FLOTILLA_SERVER; its token in FLOTILLA_TOKEN); else that of the project, if one runs",
  },
  { flags: "--json", summary: "print JSON: one document, or one object per line while something goes on" },
  { flags: "--no-color", summary: "no colours (or NO_COLOR)" },
  { flags: "--verbose", summary: "show the stacks of errors" },
];

export const planOptions: readonly OptionSpec[] = [
  { flags: "--select <name>", summary: "a selection of the pipeline; all if it declares no other default" },
  {
    flags: "--where <condition>",
    summary: "narrow the selection: origin=JFK,LGA  month=1..6  carrier!=B6",
    repeat: true,
  },
  { flags: "--scenario <key>", summary: "only this scenario: origin=JFK,carrier=B6,month=7", repeat: true },
  { flags: "--param <name=value>", summary: "a parameter", repeat: true },
  { flags: "--params <file>", summary: "parameters from a JSON file; --param wins" },
];

/** Which real platforms stand behind the names that steps use. */
export const profileOption: OptionSpec = {
  flags: "--profile <name>",
  summary: "the profile that says where each step runs (or FLOTILLA_PROFILE); laptop",
};

/** For tasks that run where this machine is another one. */
export const advertiseOption: OptionSpec = {
  flags: "--advertise <address>",
  summary:
    "how tasks in a cluster reach the engine, such as http://10.0.0.5:7200; else the address that faces the cluster",
};

/** What an engine of this command may use. A run that is there already says by itself which profile it goes by. */
export const engineOptions: readonly OptionSpec[] = [
  {
    flags: "--cpus <number>",
    summary: "promise tasks this many CPUs in all; else what the machine has",
    quantity: "positive",
  },
  {
    flags: "--memory <size>",
    summary: "promise tasks this much memory in all, such as 8Gi; else what the machine has",
    quantity: "size",
  },
  advertiseOption,
  { flags: "--grace <time>", summary: "between asking a task to end and killing it; 10s", quantity: "duration" },
];

/** Shown unless `--limit` says otherwise. */
export const usualRuns = 20;
export const usualTasks = 1000;

export function limitOption(usual: number): OptionSpec {
  return { flags: "--limit <number>", summary: `at most this many; ${usual}`, quantity: "whole" };
}

export const detachOption: OptionSpec = { flags: "--detach", summary: "leave it to an engine in the background" };

export const runOption: OptionSpec = { flags: "--run <run>", summary: "the run; the newest if absent" };

export const runArgument: ArgumentSpec = {
  form: "[run]",
  summary: "id of a run, or the beginning of one; the newest if absent",
};

export const taskFilterOptions: readonly OptionSpec[] = [
  { flags: "--step <name>", summary: "tasks of this step", repeat: true },
  { flags: "--where <condition>", summary: "tasks with these dimensions: origin=JFK", repeat: true },
  { flags: "--state <state>", summary: "tasks in this state", repeat: true, choices: taskStates },
  { flags: "--class <class>", summary: "tasks that failed in this class", repeat: true, choices: retryClasses },
];
