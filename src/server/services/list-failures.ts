import type { ResponseOf } from "../../api/operations.ts";
import { makeAttemptId } from "../../core/ids.ts";
import { encodeKeyText } from "../../core/key-text.ts";
import { retryClasses } from "../../core/retry-class.ts";
import type { TaskRow } from "../../store/store.ts";
import { shellWord } from "../shell-word.ts";
import { countBlockedBy } from "../views/blocked-by.ts";
import { type CauseGroup, failureGroups } from "../views/failure-groups.ts";
import { groupTraits, type Trait } from "../views/group-traits.ts";
import { remembered, type RunView } from "../views/run-view.ts";
import { codeOfState } from "../views/step-view.ts";
import { viewOf } from "../views/view-of.ts";
import type { Service, ServiceContext } from "./service.ts";

type Group = ResponseOf<"listFailures">["groups"][number];

/** So many groups are told of, those with most tasks; of each so many lines of a log. */
const mostGroups = 100;
const logLines = 20;
const longestLine = 2_000;

interface Found extends CauseGroup {
  readonly blocked: number;
  readonly traits: readonly Trait[];
}

/** Failures by cause, the earliest first. Logs are read of each group's earliest task, as far as they are still there. */
export const listFailures: Service<"listFailures"> = async (context, { run }) => {
  const view = await viewOf(context, run);
  const { version, id } = view.run;
  const { found, more } = remembered(view.forVersion, "failures", () => findGroups(view));
  const blocked = view.steps.reduce((sum, { counts }) => sum + counts[codeOfState.blocked]!, 0);
  // Worked out before waiting: the view goes on.
  const drafts = found.map((group) => ({ group, ...describe(view, group) }));
  const examples = await context.store.listTasks(id, {
    tasks: found.map(({ step, tasks }) => ({ step, task: tasks[0]! })),
  });
  const rowOf = new Map(examples.map((row) => [`${row.step}-${row.task}`, row]));
  const groups = await Promise.all(
    drafts.map(async ({ group, ...draft }): Promise<Group> => {
      const row = rowOf.get(`${group.step}-${group.tasks[0]!}`);
      return { ...draft, error: row?.error ?? "", log: row === undefined ? [] : await lastLines(context, view, row) };
    }),
  );
  return { version, groups, more, blocked };
};

function findGroups(view: RunView): { readonly found: readonly Found[]; readonly more: number } {
  const all = failureGroups(view);
  const largest = new Set(all.toSorted((a, b) => b.tasks.length - a.tasks.length).slice(0, mostGroups));
  const kept = all.filter((group) => largest.has(group));
  const blocked = countBlockedBy(view, kept);
  return {
    found: kept.map((group, index) => ({ ...group, blocked: blocked[index]!, traits: groupTraits(view, group) })),
    more: all.length - kept.length,
  };
}

function describe(view: RunView, group: Found): Omit<Group, "error" | "log"> {
  const { shape } = view.steps[group.step]!;
  const example = shape.taskRef(group.tasks[0]!);
  const cause = view.causes[group.cause]!;
  // The place in the code is the last part of a cause (`failureCause` in core).
  const at = cause.slice(cause.lastIndexOf(" | ") + 3);
  return {
    cause,
    class: retryClasses[group.class - 1] ?? "engine",
    step: shape.name,
    ...(cause === "" || at === "" ? {} : { at }),
    tasks: group.tasks.length,
    blocked: group.blocked,
    example,
    firstAt: group.firstAt,
    lastAt: group.lastAt,
    traits: group.traits.map(({ key, inWords }) => ({ key: { ...key }, inWords })),
    commands: [restartCommand(view, group), ...lookCommands(view, example)],
  };
}

type Command = Group["commands"][number];

/** What cannot be seen, or acts on a terminal, cannot be pasted. */
const unpasteable = /[\p{C}\p{Zl}\p{Zp}]/u;

/** Names the cause where it can be typed; else what tells the group apart, which may be less exact. */
function restartCommand({ run, causes }: RunView, { cause, traits }: Found): Command {
  const text = causes[cause]!;
  const isTyped = text !== "" && !unpasteable.test(text);
  if (isTyped) return { what: "run these again", line: `flotilla restart ${run.id} --cause ${shellWord(text)}` };
  // Conditions are safe within quotes of a shell (`encodeKeyText`).
  const trait = Object.entries(traits[0]?.key ?? {}).map(
    ([name, value]) => `--where '${encodeKeyText(name)}=${encodeKeyText(String(value))}'`,
  );
  const what =
    trait.length > 0 ? "run again what failed with what these share" : "run again all that failed or was cancelled";
  return { what, line: ["flotilla restart", run.id, ...trait].join(" ") };
}

/** References are safe within quotes of a shell. */
function lookCommands({ run }: RunView, example: string): Command[] {
  return [
    { what: "the log of one", line: `flotilla logs '${example}' --run ${run.id}` },
    { what: "all about one", line: `flotilla show '${example}' --run ${run.id}` },
  ];
}

async function lastLines({ logs }: ServiceContext, { run }: RunView, row: TaskRow): Promise<string[]> {
  if (row.attempts === 0) return [];
  const lines: string[] = [];
  try {
    const attempt = makeAttemptId(run.id, row.step, row.task, row.attempts);
    for await (const { text } of logs.read(attempt, { tailLines: logLines })) lines.push(text.slice(0, longestLine));
  } catch {
    // A log that cannot be read any more is no reason not to tell of the failure.
  }
  return lines.slice(-logLines);
}
