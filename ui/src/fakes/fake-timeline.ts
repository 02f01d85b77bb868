import type { ResponseOf } from "../../../src/api/operations.ts";
import type { World } from "./world.ts";

const mostSpans = 60;

/** Lanes by step: drawn one by one where there are few tasks, else as bins. */
export function fakeTimeline({ detail, tasks }: World): ResponseOf<"getTimeline"> {
  const from = detail.startedAt ?? 0;
  const to = Date.now();
  const begun = tasks.filter(({ startedAt }) => startedAt !== undefined);
  return {
    version: 1,
    from,
    to,
    lanes: detail.steps.map(({ name }) => {
      const its = begun.filter(({ step }) => step === name);
      const spans = its.map(({ ref, state, readyAt = from, startedAt = from, endedAt = to }) => ({
        ref,
        state,
        attempt: 1,
        at: [Math.max(from, readyAt), startedAt, startedAt + 600, Math.max(startedAt + 600, endedAt - 200), endedAt],
      }));
      return spans.length <= mostSpans
        ? { title: name, step: name, spans }
        : { title: name, step: name, bins: binsOf(spans, from, to) };
    }),
    spent: { waiting: 4_100_000, starting: 190_000, working: 5_200_000, saving: 60_000 },
    criticalPath: ["extract", "features"].flatMap((name) => {
      const task = begun.find(({ step }) => step === name);
      return task ? [{ ref: task.ref, startedAt: task.startedAt ?? from, endedAt: task.endedAt ?? to }] : [];
    }),
  };
}

function binsOf(spans: readonly { readonly at: readonly number[] }[], from: number, to: number, count = 300) {
  const phases = ["waiting", "starting", "working", "saving"] as const;
  const width = (to - from) / count;
  const bins = Object.fromEntries(phases.map((phase) => [phase, Array.from({ length: count }, () => 0)])) as Record<
    (typeof phases)[number],
    number[]
  >;
  for (const { at } of spans)
    for (const [phase, name] of phases.entries()) {
      const [begin = from, end = from] = [at[phase], at[phase + 1]];
      for (let bin = Math.max(0, Math.floor((begin - from) / width)); bin < count && from + bin * width < end; bin++) {
        const share = (Math.min(end, from + (bin + 1) * width) - Math.max(begin, from + bin * width)) / width;
        bins[name][bin] = (bins[name][bin] ?? 0) + share;
      }
    }
  return bins;
}
