import type { CommandSpec } from "./command.ts";
import { runStates } from "../core/task-state.ts";
import {
  detachOption,
  advertiseOption,
  engineOptions,
  limitOption,
  planOptions,
  profileOption,
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
    onlyHere: true,
    load: () => import("./commands/init.ts"),
  },
  {
    name: "plan",
    summary: "show what would run: steps, tasks, joins, and what is left out",
    arguments: [pipelineArgument],
    options: [
      ...planOptions,
      profileOption,
      { flags: "--forecast", summary: "also how long it is expected to take, from what such tasks took before" },
    ],
    examples: [
      "flotilla plan --select pr",
      "flotilla plan --param tune=true --json",
      "flotilla plan --profile production",
    ],
    load: () => import("./commands/plan.ts"),
  },
  {
    name: "run",
    summary: "run a pipeline",
    details:
      "Plans the pipeline, takes a snapshot of the project's files, and runs every task: in the project's server, if there is one, else in this process. Ctrl-C cancels; a second one leaves at once.",
    arguments: [pipelineArgument],
    options: [
      ...planOptions,
      { flags: "--concurrency <number>", summary: "at most this many tasks of the run at once", quantity: "whole" },
      profileOption,
      ...engineOptions,
      detachOption,
      { flags: "--ui", summary: "serve the dashboard as long as the run goes on, and print the link to it" },
    ],
    examples: [
      "flotilla run",
      "flotilla run --select pr --param lateMinutes=30",
      "flotilla run --where origin=JFK --detach",
    ],
    load: () => import("./commands/run.ts"),
  },
  {
    name: "up",
    summary: "serve the dashboard and the API, and drive all runs of the project",
    details:
      "Only this machine reaches it, unless --host says otherwise, which demands a token. A second one in the same project finds the first. Ctrl-C ends it; what runs, runs on, and the next engine finds it again.",
    options: [
      { flags: "--port <number>", summary: "listen here; 7100, or the next one that is free", quantity: "port" },
      { flags: "--host <address>", summary: "listen on this address; needs a token: flotilla token create" },
      { flags: "--open", summary: "open it in the browser" },
      profileOption,
      ...engineOptions,
    ],
    examples: ["flotilla up --open", "flotilla up --host 0.0.0.0 --port 8080"],
    onlyHere: true,
    load: () => import("./commands/up.ts"),
  },
  {
    name: "token",
    summary: "make, list or revoke tokens, with which others may use a server",
    details:
      "As soon as there is one, everybody needs one, also on this machine; only the command line of whoever can read the project's files does not. A token is shown once and stored as a hash.",
    arguments: [
      { form: "<action>", summary: "what to do", choices: ["create", "list", "revoke"] },
      { form: "[token]", summary: "name or id of the one to revoke" },
    ],
    options: [
      { flags: "--name <name>", summary: "whose it is; what he asks is noted under this name" },
      {
        flags: "--role <role>",
        summary: "what it allows: to look, or also to act; viewer",
        choices: ["viewer", "operator"],
      },
    ],
    examples: ["flotilla token create --name ada --role operator", "flotilla token revoke ada"],
    onlyHere: true,
    load: () => import("./commands/token.ts"),
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
      { flags: "--cause <text>", summary: "only what failed for this cause, as the list of failures has it" },
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
    onlyHere: true,
    load: () => import("./commands/gc.ts"),
  },
  {
    name: "doctor",
    summary: "say what this machine and the platforms of the profile lack, and how to get it",
    options: [profileOption, advertiseOption],
    onlyHere: true,
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "completion",
    summary: "print a completion script for a shell",
    arguments: [{ form: "<shell>", summary: "the shell", choices: ["bash", "zsh", "fish"] }],
    examples: ["source <(flotilla completion bash)"],
    onlyHere: true,
    load: () => import("./commands/completion.ts"),
  },
  {
    name: "engine",
    summary: "drive all runs of the project that nobody owns, then end",
    options: [profileOption, ...engineOptions],
    hidden: true,
    onlyHere: true,
    load: () => import("./commands/engine.ts"),
  },
];
