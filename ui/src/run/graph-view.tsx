import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { runQuery } from "../api/runs.ts";
import { StepGraph } from "../canvas/graph/step-graph.tsx";
import { changed } from "./run-search.ts";
import { useRunId, useSelection } from "./use-run.ts";

/** The pipeline of the run, with how each step stands. */
export function GraphView() {
  const id = useRunId();
  const { data: run } = useQuery(runQuery(id));
  const { selection, select } = useSelection();
  const navigate = useNavigate();
  if (!run) return null;
  const selected = selection.step.length === 1 ? selection.step[0] : undefined;
  return (
    <StepGraph
      steps={run.steps}
      edges={run.edges}
      leftOut={run.leftOut}
      selected={selected}
      onSelect={(step) => select({ ...selection, step: step === undefined ? [] : [step] })}
      onOpen={(step) =>
        void navigate({
          to: "/runs/$run/tasks",
          params: { run: id },
          search: (before: object) => changed(before, { step: [step] }),
        })
      }
    />
  );
}
