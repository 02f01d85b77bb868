/**
 * The ready tasks of one step, the most urgent first: higher priority, then lower number. A binary heap of task numbers;
 * tasks that come in order, as they mostly do, cost one comparison each.
 */
export class ReadyQueue {
  readonly #heap: number[] = [];
  readonly #priorityOf: (task: number) => number;

  constructor(priorityOf: (task: number) => number) {
    this.#priorityOf = priorityOf;
  }

  get size(): number {
    return this.#heap.length;
  }

  peek(): number | undefined {
    return this.#heap[0];
  }

  add(task: number): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(task);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(task, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = task;
  }

  take(): number | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  priorityOf(task: number): number {
    return this.#priorityOf(task);
  }

  #before(a: number, b: number): boolean {
    const difference = this.#priorityOf(a) - this.#priorityOf(b);
    return difference === 0 ? a < b : difference > 0;
  }
}
