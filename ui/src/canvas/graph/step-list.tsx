import { useRef, type KeyboardEvent } from "react";
import type { GraphStep } from "../props.ts";
import { duration } from "../shared/format.ts";
import { countsInWords } from "../shared/states.ts";
import type { GraphModel } from "./graph-model.ts";
import { edgeWords } from "./join-glyph.ts";

interface StepListProps {
  readonly steps: readonly GraphStep[];
  readonly model: GraphModel;
  readonly selected: string | undefined;
  readonly onFocus: (step: number | undefined) => void;
  readonly onPick: (step: number) => void;
  readonly onClear: () => void;
  readonly onZoom: (factor: number | "fit") => void;
}

/**
 * The graph for those who do not look at it, and its keyboard: one tab stop; up and down go through the steps, left and right
 * along the edges. The drawing shows what has the focus.
 */
export function StepList({ steps, model, selected, onFocus, onPick, onClear, onZoom }: StepListProps) {
  const list = useRef<HTMLUListElement>(null);
  const order = model.layout.layers.flat();
  const stop = Math.max(
    0,
    steps.findIndex(({ name }) => name === selected),
  );

  const focusStep = (step: number | undefined) =>
    step === undefined ? undefined : list.current!.querySelector<HTMLElement>(`[data-step="${step}"]`)?.focus();
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = Number((event.target as HTMLElement).dataset["step"]);
    const place = order.indexOf(step);
    const act = {
      ArrowDown: () => focusStep(order[place + 1]),
      ArrowUp: () => focusStep(order[place - 1]),
      ArrowRight: () => focusStep(model.edges.find(({ from, to }) => from === step && to !== step)?.to),
      ArrowLeft: () => focusStep(model.edges.find(({ from, to }) => to === step && from !== step)?.from),
      Home: () => focusStep(order[0]),
      End: () => focusStep(order.at(-1)),
      "+": () => onZoom(1.3),
      "=": () => onZoom(1.3),
      "-": () => onZoom(1 / 1.3),
      "0": () => onZoom("fit"),
      // With nothing selected it is the page's.
      Escape: selected === undefined ? undefined : onClear,
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <ul ref={list} className="canvas-hidden" aria-label="Steps" onKeyDown={onKey} onBlur={() => onFocus(undefined)}>
      {order.map((index) => (
        <li key={steps[index]!.name}>
          <button
            type="button"
            data-step={index}
            tabIndex={index === stop ? 0 : -1}
            aria-pressed={steps[index]!.name === selected}
            onFocus={() => onFocus(index)}
            onClick={() => onPick(index)}
          >
            {stepInWords(steps, index, model)}
          </button>
        </li>
      ))}
      {model.leftOut.map(({ step, reason }) => (
        <li key={step}>{`${step}: left out, ${reason}`}</li>
      ))}
    </ul>
  );
}

function stepInWords(steps: readonly GraphStep[], index: number, { edges }: GraphModel): string {
  const { name, by, on, tasks, counts, medianMs } = steps[index]!;
  const reads = edges
    .filter(({ to }) => to === index)
    .map(({ from, look }) => `${steps[from]!.name} (${edgeWords[look].name})`);
  return [
    `${name}: ${by.length === 0 ? "once" : `by ${by.join(", ")}`} on ${on}`,
    `${tasks} tasks${counts === undefined ? "" : `, ${countsInWords(counts)}`}`,
    ...(medianMs === undefined ? [] : [`usually ${duration(medianMs)}`]),
    ...(reads.length === 0 ? [] : [`reads ${reads.join(", ")}`]),
  ].join("; ");
}
