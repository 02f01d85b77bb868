import type { RunDetail } from "../../../src/api/schemas/run.ts";
import type { TaskSummary } from "../../../src/api/schemas/task.ts";
import type { Column } from "../components/rows.tsx";
import { TaskStateMark } from "../components/state.tsx";
import { Elapsed, TimeAgo } from "../components/time.tsx";
import { formatCount, formatNumber } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import type { Selection } from "../run/selection.ts";

export interface TaskColumn extends Column<TaskSummary> {
  /** Always there. */
  readonly fixed?: true;
  /** There unless somebody has chosen otherwise. */
  readonly usual?: true;
}

const none = <span className="text-faint">–</span>;

/** All columns that tasks of this run can have: what is recorded, their dimensions, the values of the steps that are meant. */
export function taskColumns(run: RunDetail, selection: Selection): readonly TaskColumn[] {
  const steps = run.steps.filter(({ name }) => selection.step.length === 0 || selection.step.includes(name));
  const varied = new Set(steps.flatMap(({ by }) => by));
  return [
    {
      id: "state",
      head: "State",
      sort: "state",
      width: "104px",
      fixed: true,
      cell: ({ state }) => <TaskStateMark state={state} />,
    },
    {
      id: "step",
      head: "Step",
      sort: "step",
      width: "minmax(90px, 150px)",
      fixed: true,
      cell: ({ step }) => <span className="font-medium">{safeText(step, 80)}</span>,
    },
    ...run.dimensions.filter(({ name }) => varied.has(name)).map((dimension) => dimensionColumn(dimension.name)),
    { id: "duration", head: "Duration", sort: "duration", width: "84px", align: "right", usual: true, cell: duration },
    {
      id: "attempts",
      head: "Attempts",
      sort: "attempts",
      width: "68px",
      align: "right",
      usual: true,
      cell: ({ attempts }) => (
        <span className={`num ${attempts > 1 ? "" : "text-faint"}`}>{formatCount(attempts)}</span>
      ),
    },
    ...outputColumns(steps),
    {
      id: "why",
      head: "Why",
      width: "minmax(180px, 2fr)",
      usual: true,
      cell: ({ error, why, class: failed }) => (
        <span
          className={`truncate ${error === undefined ? "text-faint" : "text-soft"}`}
          data-tip={safeText(error ?? why, 800)}
        >
          {failed !== undefined && <span className="code mr-1.5 text-(--state-failed-ink)">{failed}</span>}
          {safeText(error ?? why, 300)}
        </span>
      ),
    },
    {
      id: "startedAt",
      head: "Started",
      sort: "startedAt",
      width: "72px",
      align: "right",
      cell: ({ startedAt }) => (startedAt === undefined ? none : <TimeAgo at={startedAt} className="text-soft" />),
    },
    {
      id: "endedAt",
      head: "Ended",
      sort: "endedAt",
      width: "72px",
      align: "right",
      usual: true,
      cell: ({ endedAt }) => (endedAt === undefined ? none : <TimeAgo at={endedAt} className="text-soft" />),
    },
    { id: "class", head: "Class", sort: "class", width: "110px", cell: ({ class: name }) => name ?? none },
  ];
}

function dimensionColumn(name: string): TaskColumn {
  return {
    id: `dimension:${name}`,
    head: safeText(name, 40),
    sort: name,
    width: "minmax(64px, 1fr)",
    usual: true,
    cell: ({ key }) => {
      const value = Object.hasOwn(key, name) ? key[name] : undefined;
      return value === undefined ? none : <span className="num">{safeText(String(value), 120)}</span>;
    },
  };
}

function outputColumns(steps: RunDetail["steps"]): readonly TaskColumn[] {
  const names = new Map<string, string>();
  for (const { outputs } of steps)
    for (const { name, type } of outputs) if (["number", "string", "boolean"].includes(type)) names.set(name, type);
  return [...names].map(([name, type]): TaskColumn => {
    const column = {
      id: `output:${name}`,
      head: safeText(name, 40),
      sort: `output:${name}`,
      width: "minmax(64px, 110px)",
      cell: (task: TaskSummary) => valueCell(task, name),
    };
    return type === "number" ? { ...column, usual: true, align: "right" } : column;
  });
}

function valueCell({ values }: TaskSummary, name: string) {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined || value === null) return none;
  return <span className="num">{typeof value === "number" ? formatNumber(value) : safeText(String(value), 120)}</span>;
}

function duration({ startedAt, endedAt, state }: TaskSummary) {
  if (startedAt === undefined || (endedAt === undefined && state !== "active")) return none;
  return <Elapsed from={startedAt} to={endedAt} />;
}

/** Those that are there until somebody chooses: with few numbers, so that a row stays readable. */
export function defaultColumns(all: readonly TaskColumn[]): readonly string[] {
  const numbers = all.filter(({ id, usual }) => usual && id.startsWith("output:")).slice(4);
  return all.filter((column) => column.usual && !numbers.includes(column)).map(({ id }) => id);
}

export function chosenColumns(all: readonly TaskColumn[], shown: readonly string[]): readonly TaskColumn[] {
  return all.filter(({ id, fixed }) => fixed || shown.includes(id));
}
