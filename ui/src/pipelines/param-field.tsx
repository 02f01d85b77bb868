import { useId } from "react";
import { safeText } from "../format/safe-text.ts";
import type { FormField } from "./form-schema.ts";
import { Select } from "../components/select.tsx";

interface ParamFieldProps {
  readonly field: FormField;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
}

/** One parameter: its name, what it is for, a field of its type. Left empty, it has its default. */
export function ParamField({ field, value, problem, onChange }: ParamFieldProps) {
  const id = useId();
  const shown = problem !== undefined && value !== "" ? problem : undefined;
  return (
    <div>
      <label htmlFor={id} className="mb-1 flex items-baseline gap-2 text-sm">
        <span className="code font-medium">{safeText(field.name, 80)}</span>
        <span className="text-xs text-faint">
          {[field.kind === "choice" ? undefined : field.kind, field.range, field.required ? "must be given" : undefined]
            .filter((word) => word !== undefined)
            .join(", ")}
        </span>
      </label>
      <Input id={id} field={field} value={value} invalid={shown !== undefined} onChange={onChange} />
      <p id={`${id}-help`} className={`mt-1 min-h-4 text-xs ${shown === undefined ? "text-faint" : "text-danger"}`}>
        {shown ?? (field.description === undefined ? "" : safeText(field.description, 400))}
      </p>
    </div>
  );
}

interface InputProps {
  readonly id: string;
  readonly field: FormField;
  readonly value: string;
  readonly invalid: boolean;
  readonly onChange: (value: string) => void;
}

function Input({ id, field, value, invalid, onChange }: InputProps) {
  const shared = { id, value, "aria-invalid": invalid, "aria-describedby": `${id}-help` };
  const usual = field.usual === undefined ? "" : safeText(field.usual, 80);
  if (field.kind === "choice" || field.kind === "boolean") {
    const choices = field.kind === "boolean" ? ["true", "false"] : field.choices;
    return (
      <Select className="w-full" {...shared} onChange={({ target }) => onChange(target.value)}>
        <option value="">{usual === "" ? "Choose…" : `${usual} (default)`}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {safeText(choice, 120)}
          </option>
        ))}
      </Select>
    );
  }
  if (field.kind === "json")
    return (
      <textarea
        className="field code"
        rows={3}
        placeholder={usual}
        {...shared}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  return (
    <input
      className={`field ${field.kind === "text" ? "" : "num"}`}
      inputMode={field.kind === "integer" ? "numeric" : field.kind === "number" ? "decimal" : "text"}
      placeholder={usual}
      {...shared}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
