import type { RetryClass, TaskState } from "../format/states.ts";
import { shellWord } from "../format/key.ts";
import { present, type RunSearch } from "./run-search.ts";

/** Which tasks are meant, the same in all views of a run. */
export interface Selection {
  readonly step: readonly string[];
  readonly state: readonly TaskState[];
  readonly class: readonly RetryClass[];
  readonly where: readonly string[];
  readonly cause?: string;
}

export type ListField = "step" | "state" | "class" | "where";

export const everything: Selection = { step: [], state: [], class: [], where: [] };

export function selectionOf(search: RunSearch): Selection {
  return {
    step: search.step ?? [],
    state: search.state ?? [],
    class: search.class ?? [],
    where: search.where ?? [],
    ...(search.cause !== undefined && { cause: search.cause }),
  };
}

/** The fields of an address that hold the selection; those that do not narrow are absent. */
export function searchOf(selection: Selection): Pick<RunSearch, ListField | "cause"> {
  return present({ cause: undefined, ...selection });
}

export function isEverything(selection: Selection): boolean {
  return Object.keys(searchOf(selection)).length === 0;
}

/** Puts a value in, or takes it out. Of conditions on one dimension the newest holds: two would leave nothing. */
export function toggle(selection: Selection, field: ListField, value: string): Selection {
  const list: readonly string[] = selection[field];
  if (list.includes(value)) return { ...selection, [field]: list.filter((other) => other !== value) };
  return field === "where" ? withWhere(selection, [value]) : { ...selection, [field]: [...list, value] };
}

export function withWhere(selection: Selection, conditions: readonly string[]): Selection {
  const named = new Set(conditions.map(conditionName));
  return {
    ...selection,
    where: [...selection.where.filter((other) => !named.has(conditionName(other))), ...conditions],
  };
}

function conditionName(condition: string): string {
  return /^[^=<>!]*/.exec(condition)?.[0].trim() ?? condition;
}

export interface Chip {
  readonly field: ListField | "cause";
  readonly value: string;
}

export function chipsOf(selection: Selection): readonly Chip[] {
  const lists = (["step", "state", "class", "where"] as const).flatMap((field) =>
    selection[field].map((value): Chip => ({ field, value })),
  );
  return selection.cause === undefined ? lists : [...lists, { field: "cause", value: selection.cause }];
}

export function without(selection: Selection, { field, value }: Chip): Selection {
  if (field !== "cause") return toggle(selection, field, value);
  const { cause: _, ...rest } = selection;
  return rest;
}

/** The same as options of the command line; a cause has none. */
export function selectionOptions(selection: Selection): string {
  return [
    ...selection.step.map((value) => `--step ${shellWord(value)}`),
    ...selection.state.map((value) => `--state ${value}`),
    ...selection.class.map((value) => `--class ${value}`),
    ...selection.where.map((value) => `--where ${shellWord(value)}`),
  ].join(" ");
}
