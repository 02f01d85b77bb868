import { useState } from "react";
import { StepGraph } from "../src/canvas/graph/step-graph.tsx";
import { fakeRun } from "./fake-run.ts";

export function GraphPage({ size }: { size: number }) {
  const [selected, select] = useState<string>();
  return (
    <StepGraph {...fakeRun(size)} selected={selected} onSelect={select} onOpen={(step) => console.log("open", step)} />
  );
}
