import { Link } from "@tanstack/react-router";
import type { RunSummary } from "../../../src/api/schemas/run.ts";
import { StateBar, tellingStates } from "../components/state-bar.tsx";
import { inkOf, RunStateMark } from "../components/state.tsx";
import { Elapsed, TimeAgo } from "../components/time.tsx";
import { useNow } from "../components/now.ts";
import type { Column } from "../components/rows.tsx";
import { shortCode } from "../format/code-version.ts";
import { formatDuration, formatExact } from "../format/duration.ts";
import { formatCount } from "../format/number.ts";
import { safeText, valueText } from "../format/safe-text.ts";
import { runStates } from "../format/states.ts";

type RunColumn = Column<RunSummary> & { readonly from: number };

/** The columns that there is room for. */
export function runColumns(width: number): readonly Column<RunSummary>[] {
  return all.filter(({ from }) => width >= from);
}

const all: readonly RunColumn[] = [
  { id: "run", head: "Run", width: "minmax(190px, 1.5fr)", from: 0, cell: (run) => <Name run={run} /> },
  {
    id: "what",
    head: "Selection and parameters",
    width: "minmax(140px, 1.6fr)",
    from: 0,
    cell: (run) => <What run={run} />,
  },
  { id: "tasks", head: "Tasks", width: "minmax(200px, 1.5fr)", from: 0, cell: (run) => <Progress run={run} /> },
  { id: "elapsed", head: "Elapsed", width: "84px", align: "right", from: 0, cell: (run) => <Time run={run} /> },
  { id: "end", head: "End", width: "84px", align: "right", from: 1_100, cell: (run) => <End run={run} /> },
  {
    id: "code",
    head: "Code",
    width: "76px",
    from: 1_300,
    cell: ({ code }) => (
      <span className="code text-faint" data-tip={code && safeText(code)}>
        {code === undefined ? "–" : shortCode(code)}
      </span>
    ),
  },
  {
    id: "by",
    head: "Started by",
    width: "minmax(80px, 120px)",
    from: 1_100,
    cell: (run) => <span className="text-soft">{safeText(run.startedBy, 60)}</span>,
  },
  {
    id: "started",
    head: "Started",
    width: "72px",
    align: "right",
    from: 0,
    cell: (run) => <TimeAgo at={run.createdAt} className="text-soft" />,
  },
];

function Name({ run }: { readonly run: RunSummary }) {
  return (
    <span className="flex items-center gap-2.5">
      <RunStateMark state={run.state} iconOnly size={15} />
      <span className="flex min-w-0 flex-col">
        <Link
          to="/runs/$run"
          params={{ run: run.id }}
          tabIndex={-1}
          className="truncate font-medium after:absolute after:inset-0"
        >
          {safeText(run.pipeline, 120)}
        </Link>
        <span className="flex gap-1.5 truncate text-xs text-faint">
          <span className="code text-[11px] leading-4">{run.id}</span>
          {!run.driven && !runStates[run.state].ended && <span className="text-warning">no engine</span>}
          {run.quarantined && <span className="text-danger">quarantined</span>}
        </span>
      </span>
    </span>
  );
}

function What({ run }: { readonly run: RunSummary }) {
  return (
    <span className="flex items-center gap-1.5 overflow-hidden">
      <span className="shrink-0 text-soft">{safeText(run.selection, 60)}</span>
      {run.changedParams.slice(0, 4).map((name) => (
        <span
          key={name}
          className="chip code min-w-0 text-[11px]"
          data-tip={`${safeText(name)} = ${valueText(run.params[name])}`}
        >
          <span className="truncate">
            {safeText(name, 24)}={valueText(run.params[name], 20)}
          </span>
        </span>
      ))}
      {run.changedParams.length > 4 && <span className="text-xs text-faint">+{run.changedParams.length - 4}</span>}
    </span>
  );
}

function Progress({ run: { tasks } }: { readonly run: RunSummary }) {
  const done = tasks.succeeded + tasks.reused + tasks.skipped;
  return (
    <span className="flex flex-col gap-1">
      <StateBar counts={tasks} />
      <span className="num flex gap-2.5 text-xs leading-4 text-faint">
        <span>
          {formatCount(done)} of {formatCount(tasks.total)}
        </span>
        {tellingStates(tasks).map((state) => (
          <span key={state} className={inkOf[state]}>
            {formatCount(tasks[state])} {state}
          </span>
        ))}
      </span>
    </span>
  );
}

function Time({ run }: { readonly run: RunSummary }) {
  if (run.startedAt === undefined) return <span className="text-faint">–</span>;
  return <Elapsed from={run.startedAt} to={run.endedAt} />;
}

function End({ run }: { readonly run: RunSummary }) {
  const open = run.expectedEndAt !== undefined && run.endedAt === undefined;
  const now = useNow(open);
  if (run.endedAt !== undefined) return <TimeAgo at={run.endedAt} className="text-soft" />;
  if (run.expectedEndAt === undefined) return <span className="text-faint">–</span>;
  const left = run.expectedEndAt - now;
  return (
    <span className="num text-soft" data-tip={`Expected ${formatExact(run.expectedEndAt)}`}>
      {left > 0 ? `≈ ${formatDuration(left)}` : "any moment"}
    </span>
  );
}
