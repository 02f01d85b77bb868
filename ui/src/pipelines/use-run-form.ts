import { useMemo, useState } from "react";
import type { RequestTo, ResponseOf } from "../../../src/api/operations.ts";
import { shellWord } from "../format/key.ts";
import { check, fieldsOf, type FormField } from "./form-schema.ts";

export interface RunFormState {
  readonly fields: readonly FormField[];
  readonly typed: Readonly<Record<string, string>>;
  readonly setTyped: (name: string, value: string) => void;
  readonly select: string | undefined;
  readonly setSelect: (select: string | undefined) => void;
  readonly where: readonly string[];
  readonly setWhere: (where: readonly string[]) => void;
  /** By the name of the parameter. */
  readonly problems: ReadonlyMap<string, string>;
  readonly request: RequestTo<"previewRun">;
  /** The command that does the same. */
  readonly command: string;
}

/** What has been filled in so far, as a request and as a command. */
export function useRunForm(form: ResponseOf<"getRunForm">): RunFormState {
  const fields = useMemo(() => fieldsOf(form.paramsSchema), [form]);
  const [typed, setAll] = useState<Readonly<Record<string, string>>>({});
  const [select, setSelect] = useState<string>();
  const [where, setWhere] = useState<readonly string[]>([]);

  const checked = useMemo(
    () =>
      fields.map((field) => ({
        field,
        result: check(field, Object.hasOwn(typed, field.name) ? (typed[field.name] ?? "") : ""),
      })),
    [fields, typed],
  );
  const request = useMemo(() => {
    const params = Object.fromEntries(
      checked.flatMap(({ field, result }) => ("value" in result ? [[field.name, result.value]] : [])),
    ) as NonNullable<RequestTo<"previewRun">["params"]>;
    return { file: form.file, params, where: [...where], ...(select !== undefined && { select }) };
  }, [checked, form.file, where, select]);
  return {
    fields,
    typed,
    setTyped: (name, value) => setAll((before) => ({ ...before, [name]: value })),
    select,
    setSelect,
    where,
    setWhere,
    problems: new Map(
      checked.flatMap(({ field, result }) => ("problem" in result ? [[field.name, result.problem]] : [])),
    ),
    request,
    command: commandOf(form.file, checked, select, where),
  };
}

type CheckedField = { readonly field: FormField; readonly result: ReturnType<typeof check> };

function commandOf(
  file: string,
  checked: readonly CheckedField[],
  select: string | undefined,
  where: readonly string[],
): string {
  const words = ["flotilla run"];
  if (file !== "pipeline.ts") words.push(shellWord(file));
  if (select !== undefined) words.push(`--select ${shellWord(select)}`);
  words.push(...where.map((condition) => `--where ${shellWord(condition)}`));
  for (const { field, result } of checked) {
    if (!("value" in result)) continue;
    const text = typeof result.value === "string" ? result.value : JSON.stringify(result.value);
    words.push(`--param ${shellWord(`${field.name}=${text}`)}`);
  }
  return words.join(" ");
}
