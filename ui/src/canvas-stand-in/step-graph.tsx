import type { StepGraphProps } from "../canvas/props.ts";
import { StateBar } from "../components/state-bar.tsx";

export function StepGraph({ steps, selected, onSelect, onOpen }: StepGraphProps) {
  return (
    <ul className="flex h-full flex-wrap content-start gap-3 overflow-auto p-4">
      {steps.map(({ name, by, tasks, counts }) => (
        <li key={name}>
          <button
            type="button"
            aria-pressed={name === selected}
            onClick={() => onSelect?.(name === selected ? undefined : name)}
            onDoubleClick={() => onOpen?.(name)}
            className="panel w-56 p-3 text-left aria-pressed:border-accent"
          >
            <span className="font-medium">{name}</span> <span className="text-faint">{tasks}</span>
            <span className="block truncate text-xs text-faint">{by.join(" × ") || "once"}</span>
            {counts && <StateBar counts={counts} />}
          </button>
        </li>
      ))}
    </ul>
  );
}
