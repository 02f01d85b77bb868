import { classWords, taskStateNames, type RetryClass, type TaskState } from "../format/states.ts";
import { listOf, oneOf, type Search } from "../shell/search.ts";

/** Everything that the page of a run keeps in its address. What is absent is not there at all, so addresses stay short. */
export interface RunSearch {
  readonly step?: readonly string[];
  readonly state?: readonly TaskState[];
  readonly class?: readonly RetryClass[];
  readonly where?: readonly string[];
  readonly cause?: string;
  /** The task in the side panel, and which part of it. */
  readonly task?: string;
  readonly panel?: PanelTab;
  readonly attempt?: number;
  /** The byte of its log that the log begins with, instead of its end. */
  readonly at?: number;
  readonly sort?: string;
  /** Of the heat-map: its step, dimensions down and across, what it is coloured by. */
  readonly of?: string;
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
  readonly by?: string;
  /** Of the timeline. */
  readonly lanes?: "slot";
  readonly from?: number;
  readonly to?: number;
  /** Of the search in logs. */
  readonly text?: string;
  readonly exact?: true;
  /** Of the definition: the run to compare with. */
  readonly against?: string;
}

export const panelTabs = ["overview", "values", "log"] as const;
export type PanelTab = (typeof panelTabs)[number];

/** Reads an address, whoever wrote it: what is not understood is left out. */
export function readRunSearch(search: Search): RunSearch {
  const lanes = oneOf(search, "lanes") === "slot" ? ("slot" as const) : undefined;
  const panel = panelTabs.find((tab) => tab === oneOf(search, "panel"));
  return present({
    step: listOf(search, "step"),
    state: listOf(search, "state").filter((name): name is TaskState => taskStateNames.includes(name as TaskState)),
    class: listOf(search, "class").filter((name): name is RetryClass => Object.hasOwn(classWords, name)),
    where: listOf(search, "where"),
    cause: oneOf(search, "cause"),
    task: oneOf(search, "task"),
    panel,
    attempt: numberIn(search, "attempt"),
    at: numberIn(search, "at"),
    sort: oneOf(search, "sort"),
    of: oneOf(search, "of"),
    rows: listOf(search, "rows"),
    columns: listOf(search, "columns"),
    by: oneOf(search, "by"),
    lanes,
    from: numberIn(search, "from"),
    to: numberIn(search, "to"),
    text: oneOf(search, "text"),
    exact: oneOf(search, "exact") === "true" ? (true as const) : undefined,
    against: oneOf(search, "against"),
  });
}

function numberIn(search: Search, name: string): number | undefined {
  const value = Number(oneOf(search, name) ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is absent or empty. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== "" && !isEmptyList(value)),
  ) as Present<T>;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

export type Change = { readonly [K in keyof RunSearch]?: RunSearch[K] | undefined };

/** An address of the run's page with some fields otherwise. The router knows what was there only as one of all pages'. */
export function changed(before: object, change: Change): RunSearch {
  return present({ ...(before as RunSearch), ...change }) as RunSearch;
}
