import type { ResponseOf } from "../../../src/api/operations.ts";

export type PipelineRun = ResponseOf<"getPipeline">["runs"][number];

export interface Series {
  readonly title: string;
  readonly kind: "duration" | "share" | "number";
  /** One for each run, the oldest first; null where a run has none. */
  readonly values: readonly (number | null)[];
}

const mostNumbers = 10;

/** What can be drawn over the runs, the oldest first. Numbers that few runs have come last. */
export function seriesOf(runs: readonly PipelineRun[]): readonly Series[] {
  const inOrder = runs.toSorted((a, b) => a.run.createdAt - b.run.createdAt);
  const names = new Map<string, number>();
  for (const { numbers } of inOrder)
    for (const name of Object.keys(numbers)) names.set(name, (names.get(name) ?? 0) + 1);
  const often = [...names].toSorted((a, b) => b[1] - a[1]).slice(0, mostNumbers);
  return [
    { title: "Duration", kind: "duration", values: inOrder.map(({ durationMs }) => durationMs ?? null) },
    { title: "Success", kind: "share", values: inOrder.map(({ success }) => success * 100) },
    ...often.map(([name]): Series => ({
      title: name,
      kind: "number",
      values: inOrder.map(({ numbers }) => (Object.hasOwn(numbers, name) ? (numbers[name] ?? null) : null)),
    })),
  ];
}
