import type { CommandSpec } from "./command.ts";
import { runStates } from "../core/task-state.ts";
import {
  detachOption,
  engineOptions,
  limitOption,
  planOptions,
  runArgument,
  runOption,
  taskFilterOptions,
  usualRuns,
  usualTasks,
} from "./options.ts";

const pipelineArgument = { form: "[pipeline]", summary: "the pipeline file; pipeline.ts if absent" };

/** Every command of the program, as data. */
export const commands: readonly CommandSpec[] = [
  {
    name: "init",
    summary: "write a small pipeline to start from",
    arguments: [{ form: "[folder]", summary: "where to; this folder if absent" }],
    examples: ["flotilla init my-fleet"],
    load: () => import("./commands/init.ts"),
  },
  {
    name: "plan",
    summary: "show what would run: steps, tasks, joins, and what is left out",
    arguments: [pipelineArgument],
    options: planOptions,
    examples: ["flotilla plan --select pr", "flotilla plan --param tune=true --json"],
    load: () => import("./commands/plan.ts"),
  },
  {
    name: "run",
    summary: "run a pipeline",
    details:
      "Plans the pipeline, takes a snapshot of the project's files, and runs every task. Ctrl-C cancels; a second one leaves at once.",
    arguments: [pipelineArgument],
    options: [
      ...planOptions,
      { flags: "--concurrency <number>", summary: "at most this many tasks of the run at once", quantity: "whole" },
      ...engineOptions,
      detachOption,
    ],
    examples: [
      "flotilla run",
      "flotilla run --select pr --param lateMinutes=30",
      "flotilla run --where origin=JFK --detach",
    ],
    load: () => import("./commands/run.ts"),
  },
  {
    name: "runs",
    summary: "list runs, newest first",
    options: [
      limitOption(usualRuns),
      { flags: "--state <state>", summary: "runs in this state", repeat: true, choices: runStates },
    ],
    load: () => import("./commands/runs.ts"),
  },
  {
    name: "status",
    summary: "show how a run stands",
    arguments: [runArgument],
    options: [{ flags: "-w, --watch", summary: "go on until the run has ended" }],
    load: () => import("./commands/status.ts"),
  },
  {
    name: "tasks",
    summary: "list tasks",
    arguments: [runArgument],
    options: [...taskFilterOptions, limitOption(usualTasks)],
    examples: ["flotilla tasks --state failed", "flotilla tasks --step train --where origin=JFK"],
    load: () => import("./commands/tasks.ts"),
  },
  {
    name: "logs",
    summary: "show what tasks printed",
    arguments: [
      { form: "[task]", summary: "as in train[origin=JFK,month=7]; all tasks, with their names in front, if absent" },
    ],
    options: [
      { flags: "-f, --follow", summary: "go on until the run has ended" },
      runOption,
      { flags: "--attempt <number>", summary: "this attempt; the last if absent", quantity: "whole" },
      { flags: "--tail <lines>", summary: "only the last lines of each task", quantity: "whole" },
      { flags: "--stdout", summary: "only standard output" },
      { flags: "--stderr", summary: "only standard error" },
      { flags: "--time", summary: "with the time of each line" },
    ],
    examples: ["flotilla logs 'train[origin=JFK,carrier=B6,month=7]'", "flotilla logs -f"],
    load: () => import("./commands/logs.ts"),
  },
  {
    name: "show",
    summary: "show all about a task: inputs, outputs, attempts, evidence, why",
    arguments: [{ form: "<task>", summary: "as in train[origin=JFK,month=7]" }],
    options: [runOption],
    load: () => import("./commands/show.ts"),
  },
  {
    name: "artifacts",
    summary: "list files and folders that tasks made, or get one",
    arguments: [
      { form: "[task]", summary: "only this task's; with an output, the one to get" },
      { form: "[output]", summary: "the output to get" },
    ],
    options: [runOption, { flags: "-o, --out <path>", summary: "where to write it; its own name if absent" }],
    examples: ["flotilla artifacts", "flotilla artifacts report report -o report.html"],
    load: () => import("./commands/artifacts.ts"),
  },
  {
    name: "cancel",
    summary: "cancel a run and end all its processes",
    arguments: [runArgument],
    load: () => import("./commands/cancel.ts"),
  },
  {
    name: "pause",
    summary: "start nothing new in a run; what runs, runs on",
    arguments: [runArgument],
    load: () => import("./commands/pause.ts"),
  },
  {
    name: "resume",
    summary: "go on with a run that is paused, or whose engine is gone",
    arguments: [runArgument],
    options: [...engineOptions, detachOption],
    load: () => import("./commands/resume.ts"),
  },
  {
    name: "restart",
    summary: "run tasks again, with the code as it is now, and all that hangs on them",
    details:
      "Without --from and --task: the tasks that failed or were cancelled. The plan stays as it is; for another one start a new run.",
    arguments: [runArgument],
    options: [
      { flags: "--from <step>", summary: "all tasks of this step", repeat: true },
      { flags: "--where <condition>", summary: "only tasks with these dimensions", repeat: true },
      { flags: "--task <task>", summary: "this task", repeat: true },
      ...engineOptions,
      detachOption,
    ],
    examples: ["flotilla restart", "flotilla restart --from train --where origin=JFK"],
    load: () => import("./commands/restart.ts"),
  },
  {
    name: "gc",
    summary: "remove runs, and what no kept run refers to",
    details:
      "Without runs, --keep or --older-than it removes only what is left over. Runs that have not ended are never removed, nor anything that a kept run refers to.",
    arguments: [{ form: "[runs...]", summary: "runs to remove" }],
    options: [
      { flags: "--keep <number>", summary: "remove all but the newest runs", quantity: "count" },
      { flags: "--older-than <time>", summary: "remove runs that ended longer ago, such as 30d", quantity: "duration" },
      { flags: "--dry-run", summary: "only say what would be removed" },
    ],
    examples: ["flotilla gc --keep 10", "flotilla gc --older-than 30d --dry-run"],
    load: () => import("./commands/gc.ts"),
  },
  {
    name: "doctor",
    summary: "say what this machine lacks, and how to get it",
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "completion",
    summary: "print a completion script for a shell",
    arguments: [{ form: "<shell>", summary: "the shell", choices: ["bash", "zsh", "fish"] }],
    examples: ["source <(flotilla completion bash)"],
    load: () => import("./commands/completion.ts"),
  },
  {
    name: "engine",
    summary: "drive all runs of the project that nobody owns, then end",
    options: engineOptions,
    hidden: true,
    load: () => import("./commands/engine.ts"),
  },
];
