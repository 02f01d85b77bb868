/** Something that takes a place for a while. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * Puts intervals into lanes so that none in a lane overlap: each into the lane that has been free longest, or into a new
 * one. So there are never more lanes than intervals at once. `intervals` must be in order of `from`; answers with
 * the lane of each.
 */
export function packSlots(intervals: readonly Interval[]): { laneOf: Int32Array; lanes: number } {
  const laneOf = new Int32Array(intervals.length);
  // A binary heap of lanes, the one that is free first on top.
  const heap: { lane: number; freeAt: number }[] = [];
  let lanes = 0;
  intervals.forEach(({ from, to }, index) => {
    const first = heap[0];
    if (first !== undefined && first.freeAt <= from) {
      laneOf[index] = first.lane;
      first.freeAt = Math.max(from, to);
      sink(heap);
    } else {
      laneOf[index] = lanes;
      rise(heap, { lane: lanes++, freeAt: Math.max(from, to) });
    }
  });
  return { laneOf, lanes };
}

type Lane = { lane: number; freeAt: number };

function isBefore(a: Lane, b: Lane): boolean {
  return a.freeAt < b.freeAt || (a.freeAt === b.freeAt && a.lane < b.lane);
}

function rise(heap: Lane[], lane: Lane): void {
  let at = heap.push(lane) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(lane, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = lane;
}

function sink(heap: Lane[]): void {
  const lane = heap[0]!;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, lane)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = lane;
}
