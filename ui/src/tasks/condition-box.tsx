import { Filter } from "lucide-react";
import { useId, useRef, useState } from "react";
import type { RunDetail } from "../../../src/api/schemas/run.ts";
import { useKeys } from "../components/keys.ts";
import { safeText } from "../format/safe-text.ts";
import { withWhere } from "../run/selection.ts";
import { useSelection } from "../run/use-run.ts";

/** Narrows by a condition on a dimension, as on the command line. It holds when Enter is pressed, not while it is typed. */
export function ConditionBox({ dimensions }: { readonly dimensions: RunDetail["dimensions"] }) {
  const { selection, select } = useSelection();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useKeys({ "/": () => field.current?.focus() });

  function add(): void {
    const condition = text.trim();
    if (condition === "") return;
    const found = problemWith(condition, dimensions);
    setProblem(found);
    if (found !== undefined) return;
    select(withWhere(selection, [condition]));
    setText("");
  }
  return (
    <form
      className="relative w-60"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Filter size={14} aria-hidden className="absolute top-1.75 left-2 text-faint" />
      <input
        ref={field}
        className="field pr-7 pl-7"
        aria-label="Narrow by a condition"
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-problem`}
        placeholder={exampleOf(dimensions)}
        list={`${id}-names`}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setProblem(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          setText("");
          setProblem(undefined);
          field.current?.blur();
        }}
      />
      <datalist id={`${id}-names`}>
        {dimensions.map(({ name }) => (
          <option key={name} value={`${name}=`} />
        ))}
      </datalist>
      <p
        id={`${id}-problem`}
        role="status"
        className={problem === undefined ? "sr-only" : "menu absolute top-8 left-0 w-72 px-2 py-1.5 text-danger"}
      >
        {problem}
      </p>
    </form>
  );
}

function problemWith(condition: string, dimensions: RunDetail["dimensions"]): string | undefined {
  const name = /^([^=<>!]+?)\s*(=|!=|<=|>=|<|>)\s*\S/.exec(condition)?.[1]?.trim();
  if (name === undefined) return "Write it as origin=JFK,LGA, month=1..6, carrier!=B6 or month>6.";
  if (dimensions.some((dimension) => dimension.name === name)) return undefined;
  return `The run has no dimension “${safeText(name, 60)}”, but ${safeText(dimensions.map((one) => one.name).join(", "), 200)}.`;
}

function exampleOf(dimensions: RunDetail["dimensions"]): string {
  const [first] = dimensions;
  return first ? `${safeText(first.name, 24)}=…` : "dimension=value";
}
