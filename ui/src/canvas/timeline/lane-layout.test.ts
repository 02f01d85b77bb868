import fc from "fast-check";
import { expect, test } from "vitest";
import { hitLanes, layOutLanes, rowMiddle } from "./lane-layout.ts";
import { packSpans } from "./pack-spans.ts";

const span = (ref: string, from: number, to: number) => ({
  ref,
  state: "succeeded" as const,
  attempt: 1,
  at: [from, from, from, to, to],
});
const data = { from: 0, to: 100 };

test("spans in one row never overlap", () => {
  const lists = fc.array(fc.tuple(fc.nat(100), fc.integer({ min: 1, max: 30 })), { maxLength: 40 });
  fc.assert(
    fc.property(lists, (list) => {
      const spans = list
        .map(([start, length]) => ({ start, end: start + length }))
        .toSorted((a, b) => a.start - b.start);
      const rows = packSpans(spans, 1_000);
      spans.forEach((a, i) =>
        spans.slice(i + 1).forEach((b, j) => {
          if (rows[i] === rows[i + 1 + j]) expect(b.start >= a.end).toBe(true);
        }),
      );
    }),
  );
});

test("no more rows than tasks at once", () => {
  const spans = [0, 10, 20].map((start) => ({ start, end: start + 10 }));
  expect(packSpans(spans, 10)).toEqual([0, 0, 0]);
});

test("lanes stand one below the other", () => {
  const [first, second] = layOutLanes([
    { title: "a", spans: [span("a", 0, 10), span("b", 5, 20)] },
    { title: "b", spans: [] },
  ]);
  expect(second!.top).toBe(first!.top + first!.height);
});

test("a pointer finds the span that it is on, and the lane where there is none", () => {
  const lanes = layOutLanes([{ title: "a", spans: [span("a", 0, 10), span("b", 5, 20)] }]);
  expect(hitLanes(lanes, 7, rowMiddle(1), 0, data)?.span?.span.ref).toBe("b");
  expect(hitLanes(lanes, 50, rowMiddle(1), 0, data)).toEqual({ lane: lanes[0] });
});

test("a span too short to be seen is found beside it", () => {
  const lanes = layOutLanes([{ title: "a", spans: [span("a", 10, 10)] }]);
  expect(hitLanes(lanes, 12, rowMiddle(0), 3, data)?.span?.span.ref).toBe("a");
});

test("in a lane of bins a moment finds its bin", () => {
  const zeros = [0, 0, 0, 0];
  const bins = { waiting: [9, 0, 0, 0], starting: zeros, working: [1, 4, 2, 0], saving: zeros };
  const lanes = layOutLanes([{ title: "a", bins }]);
  expect(hitLanes(lanes, 30, 20, 0, data)?.bin).toBe(1);
  expect(lanes[0]!.peak).toEqual({ busy: 4, waiting: 9 });
});
