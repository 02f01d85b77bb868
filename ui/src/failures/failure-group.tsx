import { Grid3x3, ListChecks, RotateCcw, ScrollText } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ResponseOf } from "../../../src/api/operations.ts";
import { Button } from "../components/button.tsx";
import { CommandLine } from "../components/copy.tsx";
import { TimeAgo } from "../components/time.tsx";
import { formatCount, formatCounted } from "../format/number.ts";
import { keyText } from "../format/key.ts";
import { safeText } from "../format/safe-text.ts";
import { classWords } from "../format/states.ts";
import { AnsiText } from "../logs/ansi-text.tsx";
import { everything, searchOf, withWhere, type Selection } from "../run/selection.ts";
import { useOpenTask, useRunId, useSelection } from "../run/use-run.ts";
import { RetryGroup } from "./retry-group.tsx";
import { useMayAct, whyNotAct } from "../api/use-may-act.ts";

export type Group = ResponseOf<"listFailures">["groups"][number];

/** One cause: what, where, what its members have in common, the log at that point, and what can be done. */
export function FailureGroup({ group }: { readonly group: Group }) {
  const run = useRunId();
  const openTask = useOpenTask();
  const mayAct = useMayAct();
  const [retrying, setRetrying] = useState(false);
  const members = searchOf({ ...everything, step: [group.step], cause: group.cause });
  return (
    <article className="panel overflow-hidden" aria-label={`${group.step}: ${safeText(group.error, 120)}`}>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2 p-4 pb-3">
        <div className="min-w-0 flex-1 basis-96">
          <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1 text-sm">
            <strong className="num text-base font-semibold text-(--state-failed-ink)">
              {formatCounted(group.tasks, "task")}
            </strong>
            <span>of {safeText(group.step, 80)}</span>
            <span className="chip" data-tip={classWords[group.class]}>
              {group.class}
            </span>
            <span className="text-faint">
              first <TimeAgo at={group.firstAt} />
              {group.lastAt > group.firstAt && (
                <>
                  , last <TimeAgo at={group.lastAt} />
                </>
              )}
            </span>
            {group.blocked > 0 && (
              <span className="num text-(--state-blocked-ink)">blocks {formatCounted(group.blocked, "other")}</span>
            )}
          </p>
          <h2 className="code mt-1.5 text-[13px] leading-5 font-medium break-words">{safeText(group.error, 600)}</h2>
          {group.at !== undefined && <p className="code mt-0.5 text-faint">{safeText(group.at, 200)}</p>}
        </div>
        <div className="flex flex-wrap gap-2">
          <Button
            icon={RotateCcw}
            disabled={!mayAct}
            data-tip={mayAct ? undefined : whyNotAct}
            onClick={() => setRetrying(true)}
          >
            Retry these
          </Button>
          <Link to="/runs/$run/fleet" params={{ run }} search={members} className="button">
            <Grid3x3 size={14} aria-hidden />
            In the fleet
          </Link>
          <Link to="/runs/$run/tasks" params={{ run }} search={members} className="button">
            <ListChecks size={14} aria-hidden />
            Tasks
          </Link>
        </div>
      </div>
      <Traits group={group} />
      <Excerpt group={group} />
      <div className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-2.5">
        <button
          type="button"
          className="flex items-center gap-1.5 text-sm text-soft hover:text-ink"
          onClick={() => openTask(group.example, "log")}
        >
          <ScrollText size={14} aria-hidden />
          <span className="code">{safeText(group.example, 160)}</span>
        </button>
        <div className="grid min-w-0 basis-full gap-2 lg:grid-cols-3">
          {group.commands.map(({ what, line }) => (
            <span key={line} className="min-w-0" data-tip={safeText(what, 200)}>
              <CommandLine line={safeText(line, 2_000)} label={`Copy: ${safeText(what, 200)}`} />
            </span>
          ))}
        </div>
      </div>
      {retrying && <RetryGroup group={group} onClose={() => setRetrying(false)} />}
    </article>
  );
}

function Traits({ group }: { readonly group: Group }) {
  const { select } = useSelection();
  if (group.traits.length === 0) return null;
  return (
    <p className="flex flex-wrap items-center gap-1.5 px-4 pb-3 text-sm text-soft">
      {group.tasks === 1 ? "What sets it apart:" : `What all ${formatCount(group.tasks)} have in common:`}
      {group.traits.map(({ key, inWords }) => (
        <button
          key={inWords}
          type="button"
          className="chip code bg-accent-soft text-[11px] text-ink hover:bg-hover"
          data-tip={`Narrow all views to ${safeText(keyText(key), 200)}`}
          onClick={() => select(conditionsOf(group, key))}
        >
          {safeText(inWords, 160)}
        </button>
      ))}
    </p>
  );
}

function conditionsOf(group: Group, key: Group["traits"][number]["key"]): Selection {
  return withWhere(
    { ...everything, step: [group.step] },
    Object.entries(key).map(([name, value]) => `${name}=${String(value)}`),
  );
}

function Excerpt({ group }: { readonly group: Group }) {
  if (group.log.length === 0) return null;
  return (
    <pre
      tabIndex={0}
      aria-label="The last lines of its log"
      className="code max-h-72 overflow-auto border-t border-line bg-sunken px-4 py-2.5 leading-[18px]"
    >
      {group.log.map((line, at) => (
        <span key={at} className="block min-h-[18px]">
          <AnsiText text={line} />
        </span>
      ))}
    </pre>
  );
}
