import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { RunDetail } from "../../../src/api/schemas/run.ts";
import { useKeys } from "../components/keys.ts";
import { formatCount } from "../format/number.ts";
import { changed, type RunSearch } from "./run-search.ts";
import { searchOf, selectionOf } from "./selection.ts";
import { useRunId } from "./use-run.ts";

const views = [
  { to: "/runs/$run", name: "Graph" },
  { to: "/runs/$run/fleet", name: "Fleet" },
  { to: "/runs/$run/timeline", name: "Timeline" },
  { to: "/runs/$run/failures", name: "Failures" },
  { to: "/runs/$run/tasks", name: "Tasks" },
  { to: "/runs/$run/logs", name: "Logs" },
  { to: "/runs/$run/definition", name: "Definition" },
] as const;

/** What goes along from view to view: the selection and the open task. */
const carried = (before: object): RunSearch => {
  const search = before as RunSearch;
  return changed(searchOf(selectionOf(search)), { task: search.task, panel: search.panel });
};

interface ViewTabsProps {
  readonly run: RunDetail | undefined;
  /** One of them is likely to be opened next. */
  readonly onPoint: () => void;
}

export function ViewTabs({ run, onPoint }: ViewTabsProps) {
  const id = useRunId();
  const navigate = useNavigate();
  const keys = useMemo(
    () =>
      Object.fromEntries(
        views.map(({ to }, at) => [String(at + 1), () => void navigate({ to, params: { run: id }, search: carried })]),
      ),
    [navigate, id],
  );
  useKeys(keys);
  return (
    <nav aria-label="Views" className="-ml-2 flex" onPointerEnter={onPoint} onFocus={onPoint}>
      {views.map(({ to, name }) => (
        <Link
          key={to}
          to={to}
          params={{ run: id }}
          search={carried}
          activeOptions={{ exact: true, includeSearch: false }}
          className="relative flex h-10 items-center gap-1.5 px-2.5 text-sm font-medium text-soft hover:text-ink data-[status=active]:text-ink data-[status=active]:after:absolute data-[status=active]:after:inset-x-2.5 data-[status=active]:after:-bottom-px data-[status=active]:after:h-0.5 data-[status=active]:after:bg-ink"
        >
          {name}
          {name === "Failures" && run !== undefined && run.tasks.failed > 0 && (
            <span className="num rounded-full bg-danger-soft px-1.5 text-xs text-danger">
              {formatCount(run.tasks.failed)}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
