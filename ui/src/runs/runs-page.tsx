import { getRouteApi } from "@tanstack/react-router";
import { Workflow, X } from "lucide-react";
import { useMemo } from "react";
import { call } from "../api/client.ts";
import { runKeys } from "../api/runs.ts";
import { Button } from "../components/button.tsx";
import { FilterBox } from "../components/filter-box.tsx";
import { Empty } from "../components/notice.tsx";
import { Rows } from "../components/rows.tsx";
import { runStateNames, runStates, type RunState } from "../format/states.ts";
import { present } from "../run/run-search.ts";
import { inkOf } from "../components/state.tsx";
import { runColumns } from "./run-columns.tsx";
import { useDocumentTitle } from "../components/use-document-title.ts";
import { useWidth } from "../components/use-width.ts";
import type { RunsSearch } from "./runs-search.ts";

const route = getRouteApi("/runs");
const pageSize = 100;

/** All runs, newest first. What narrows them stands in the address. */
export function RunsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = useMemo(() => ({ ...search, state: [...(search.state ?? [])] }), [search]);
  const columns = runColumns(useWidth());
  useDocumentTitle("Runs");

  const change = (next: RunsSearch) => void navigate({ search: present(next), replace: true });
  const states = search.state ?? [];
  const narrowed = Object.keys(search).length > 0;
  return (
    <div className="flex h-full flex-col">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-4 pb-3">
        <h1 className="mr-2 text-xl font-semibold tracking-tight">Runs</h1>
        <FilterBox
          label="Pipeline, parameter, id, person…"
          value={search.search ?? ""}
          onChange={(text) => change({ ...search, search: text })}
          className="w-72"
        />
        <div role="group" aria-label="States" className="flex flex-wrap gap-1">
          {runStateNames.map((state) => (
            <StateButton
              key={state}
              state={state}
              pressed={states.includes(state)}
              onClick={() =>
                change({
                  ...search,
                  state: states.includes(state) ? states.filter((s) => s !== state) : [...states, state],
                })
              }
            />
          ))}
        </div>
        {search.pipeline !== undefined && (
          <Button kind="quiet" icon={X} onClick={() => change({ ...search, pipeline: "" })}>
            {search.pipeline}
          </Button>
        )}
      </div>
      <div className="min-h-0 flex-1 border-t border-line">
        <Rows
          label="Runs"
          columns={columns}
          rowHeight={46}
          pageSize={pageSize}
          queryKey={runKeys.list(filter)}
          load={(after, signal) => call("listRuns", { ...filter, after, limit: pageSize }, signal)}
          rowsOf={(page) => page.runs}
          nextOf={(page) => page.next}
          keyOf={(run) => run.id}
          empty={
            narrowed ? (
              <Empty icon={Workflow} title="No run is like that">
                <Button onClick={() => change({})}>Show all runs</Button>
              </Empty>
            ) : (
              <Empty icon={Workflow} title="No runs yet" command="flotilla run">
                In a folder with a <code className="code">pipeline.ts</code>, start one:
              </Empty>
            )
          }
        />
      </div>
    </div>
  );
}

interface StateButtonProps {
  readonly state: RunState;
  readonly pressed: boolean;
  readonly onClick: () => void;
}

function StateButton({ state, pressed, onClick }: StateButtonProps) {
  const { icon: Icon, like } = runStates[state];
  return (
    <Button kind="quiet" aria-pressed={pressed} onClick={onClick} className="px-2">
      <Icon size={13} strokeWidth={2.25} aria-hidden className={inkOf[like]} />
      {state}
    </Button>
  );
}
