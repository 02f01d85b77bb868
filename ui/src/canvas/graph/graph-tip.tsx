import { safeText } from "../../format/safe-text.ts";
import type { GraphStep } from "../props.ts";
import { duration } from "../shared/format.ts";
import { statesInBar } from "../shared/states.ts";
import type { DrawnEdge } from "./graph-model.ts";
import { edgeWords } from "./join-glyph.ts";

export function StepTip({ step }: { step: GraphStep }) {
  const { counts } = step;
  return (
    <>
      <strong>{step.name}</strong> <span className="canvas-muted">{safeText(step.description ?? "", 300)}</span>
      <dl>
        <dt>work</dt>
        <dd className="canvas-mono">{step.work}</dd>
        <dt>asks for</dt>
        <dd>
          {step.needs} on {step.on}
          {step.lastAttemptOn === undefined ? "" : `, at last on ${step.lastAttemptOn}`}
        </dd>
        {counts !== undefined &&
          statesInBar
            .filter((state) => counts[state] > 0)
            .map((state) => [
              <dt key={state}>{state}</dt>,
              <dd key={`${state} count`}>{counts[state].toLocaleString("en")}</dd>,
            ])}
        {step.medianMs !== undefined && (
          <>
            <dt>median</dt>
            <dd>{duration(step.medianMs)}</dd>
          </>
        )}
      </dl>
    </>
  );
}

export function EdgeTip({ edge, steps }: { edge: DrawnEdge; steps: readonly GraphStep[] }) {
  const [from, to] = [steps[edge.from]!, steps[edge.to]!];
  const some = edge.atLeast < 1 ? `, goes on with ${Math.round(edge.atLeast * 100)} %` : "";
  return (
    <>
      <strong>
        {from.name} → {to.name}
      </strong>
      <div>
        {edgeWords[edge.look].name}
        <span className="canvas-muted">
          {`, ${from.tasks.toLocaleString("en")} → ${to.tasks.toLocaleString("en")} tasks`}
          {edge.needs === "done" ? ", whatever became of them" : some}
        </span>
      </div>
      {edge.inputs.length > 0 && <div className="canvas-mono canvas-muted">{edge.inputs.join(", ")}</div>}
    </>
  );
}
