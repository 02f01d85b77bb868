import { X } from "lucide-react";
import { safeText } from "../format/safe-text.ts";
import { chipsOf, without } from "./selection.ts";
import { useSelection } from "./use-run.ts";

/** What all views are narrowed to, each part to be taken away. */
export function SelectionBar() {
  const { selection, select, clear } = useSelection();
  const chips = chipsOf(selection);
  if (chips.length === 0) return null;
  return (
    <div role="group" aria-label="Selection" className="ml-auto flex min-w-0 flex-wrap items-center gap-1 py-1.5">
      {chips.map((chip) => (
        <button
          key={`${chip.field} ${chip.value}`}
          type="button"
          aria-label={`Remove ${chip.field} ${safeText(chip.value, 200)}`}
          onClick={() => select(without(selection, chip))}
          className="chip max-w-72 bg-accent-soft text-ink hover:bg-hover"
        >
          {chip.field !== "where" && <span className="text-soft">{chip.field} </span>}
          <span className={`truncate ${chip.field === "where" ? "code text-[11px]" : ""}`}>
            {safeText(chip.value, 120)}
          </span>
          <X size={11} aria-hidden className="shrink-0 text-faint" />
        </button>
      ))}
      <button type="button" onClick={clear} className="px-1.5 text-xs text-faint hover:text-ink">
        Clear <kbd className="code rounded border border-line px-1 text-[10px]">Esc</kbd>
      </button>
    </div>
  );
}
