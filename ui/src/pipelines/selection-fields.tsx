import { Plus, X } from "lucide-react";
import { useId, useState } from "react";
import type { ResponseOf } from "../../../src/api/operations.ts";
import { Button } from "../components/button.tsx";
import { formatCount, formatCounted } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import type { RunFormState } from "./use-run-form.ts";

interface SelectionFieldsProps {
  readonly form: ResponseOf<"getRunForm">;
  readonly state: RunFormState;
}

/** Which scenarios: a selection by name, narrowed by conditions. */
export function SelectionFields({ form, state }: SelectionFieldsProps) {
  const id = useId();
  const [text, setText] = useState("");
  function add(condition: string): void {
    const wanted = condition.trim();
    if (wanted !== "" && !state.where.includes(wanted)) state.setWhere([...state.where, wanted]);
    setText("");
  }
  return (
    <section className="panel p-4" aria-label="Scenarios">
      <h2 className="label mb-3">
        Scenarios <span className="num">({formatCounted(form.scenarios, "row")})</span>
      </h2>
      <div role="radiogroup" aria-label="Selection" className="mb-3 flex flex-wrap gap-1">
        {[undefined, ...form.selections].map((name) => (
          <button
            key={name ?? ""}
            type="button"
            role="radio"
            aria-checked={state.select === name}
            onClick={() => state.setSelect(name)}
            className="button aria-checked:border-transparent aria-checked:bg-accent-soft"
          >
            {name === undefined ? "the usual" : safeText(name, 60)}
          </button>
        ))}
      </div>
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          add(text);
        }}
      >
        <input
          id={id}
          className="field code"
          aria-label="Narrow by a condition"
          placeholder={exampleOf(form)}
          list={`${id}-values`}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <datalist id={`${id}-values`}>
          {form.dimensions.flatMap(({ name, values }) =>
            values.slice(0, 20).map((value) => <option key={`${name}=${value}`} value={`${name}=${value}`} />),
          )}
        </datalist>
        <Button type="submit" icon={Plus}>
          Narrow
        </Button>
      </form>
      {state.where.length > 0 && (
        <div className="mt-2 flex flex-wrap gap-1">
          {state.where.map((condition) => (
            <button
              key={condition}
              type="button"
              className="chip code bg-accent-soft text-[11px] text-ink hover:bg-hover"
              aria-label={`Remove ${safeText(condition, 120)}`}
              onClick={() => state.setWhere(state.where.filter((other) => other !== condition))}
            >
              {safeText(condition, 120)}
              <X size={11} aria-hidden />
            </button>
          ))}
        </div>
      )}
      <p className="num mt-3 text-xs text-faint">
        {form.dimensions.map(({ name, total }) => `${safeText(name, 40)}: ${formatCount(total)}`).join(" · ")}
      </p>
    </section>
  );
}

function exampleOf({ dimensions }: SelectionFieldsProps["form"]): string {
  const [first] = dimensions;
  return first ? `${safeText(first.name, 40)}=${safeText(first.values[0] ?? "…", 40)}` : "dimension=value";
}
