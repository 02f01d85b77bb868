import type { AttemptColumns } from "../../store/store.ts";

/**
 * All attempts of a run as columns: 48 bytes each, in no order. Those of a task are found from its last one backwards.
 * A time that is not known is NaN.
 */
export class AttemptTable {
  count = 0;
  step = new Uint32Array(0);
  task = new Uint32Array(0);
  number = new Uint32Array(0);
  intendedAt = new Float64Array(0);
  /** When the user's code began and ended; as the engine heard of it where the code's own word is missing. */
  workStartedAt = new Float64Array(0);
  workEndedAt = new Float64Array(0);
  endedAt = new Float64Array(0);
  /** By step and task, the index of the attempt that came last and 1. */
  readonly #last: readonly Uint32Array[];
  /** By attempt, the index of the one of the same task before it and 1. */
  #before = new Uint32Array(0);

  /** @param count of attempts that there is room for at once, where that is known: they are filled in through `columns` */
  constructor(sizes: readonly number[], count = 0) {
    this.#last = sizes.map((size) => new Uint32Array(size));
    this.#resize(Math.max(count, 1024));
    this.count = count;
  }

  /** The columns as far as they are filled. */
  columns(): Record<string, Uint32Array | Float64Array> {
    const { step, task, number, intendedAt, workStartedAt, workEndedAt, endedAt } = this;
    const columns = { step, task, number, intendedAt, workStartedAt, workEndedAt, endedAt };
    return Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, data.subarray(0, this.count)]));
  }

  /** Makes the attempts of each task found again, once the columns have been filled. */
  link(): void {
    for (let at = 0; at < this.count; at++) {
      const last = this.#last[this.step[at]!]!;
      this.#before[at] = last[this.task[at]!]!;
      last[this.task[at]!] = at + 1;
    }
  }

  get bytes(): number {
    return this.step.length * 48 + this.#last.reduce((sum, last) => sum + last.byteLength, 0);
  }

  take(columns: AttemptColumns): void {
    for (let i = 0; i < columns.tasks.length; i++) this.#takeOne(columns, i);
  }

  #takeOne(columns: AttemptColumns, i: number): void {
    const [step, task, number] = [columns.steps[i]!, columns.tasks[i]!, columns.numbers[i]!];
    const last = this.#last[step];
    if (last === undefined || task >= last.length) return;
    const at = this.#find(last[task]!, number) ?? this.#add(last, step, task, number);
    const endedAt = columns.endedAt[i]!;
    const intendedAt = columns.intendedAt[i]!;
    this.intendedAt[at] = intendedAt;
    this.endedAt[at] = endedAt;
    const started = known(columns.workStartedAt[i]!, columns.runningAt[i]!);
    this.workStartedAt[at] = within(started, intendedAt, endedAt);
    this.workEndedAt[at] = within(
      known(columns.workEndedAt[i]!, endedAt),
      known(this.workStartedAt[at]!, intendedAt),
      endedAt,
    );
  }

  #find(from: number, number: number): number | undefined {
    for (let next = from; next !== 0; next = this.#before[next - 1]!)
      if (this.number[next - 1] === number) return next - 1;
    return undefined;
  }

  #add(last: Uint32Array, step: number, task: number, number: number): number {
    if (this.count === this.step.length) this.#resize(this.count * 2);
    const at = this.count++;
    this.step[at] = step;
    this.task[at] = task;
    this.number[at] = number;
    this.#before[at] = last[task]!;
    last[task] = at + 1;
    return at;
  }

  #resize(size: number): void {
    this.step = longer(this.step, new Uint32Array(size));
    this.task = longer(this.task, new Uint32Array(size));
    this.number = longer(this.number, new Uint32Array(size));
    this.intendedAt = longer(this.intendedAt, new Float64Array(size));
    this.workStartedAt = longer(this.workStartedAt, new Float64Array(size));
    this.workEndedAt = longer(this.workEndedAt, new Float64Array(size));
    this.endedAt = longer(this.endedAt, new Float64Array(size));
    this.#before = longer(this.#before, new Uint32Array(size));
  }
}

function known(first: number, second: number): number {
  return Number.isNaN(first) ? second : first;
}

/** The clock of the machine a task ran on may be wrong; its times are kept between those of the engine. */
function within(time: number, from: number, to: number): number {
  if (time < from) return from;
  return time > to ? to : time;
}

function longer<A extends Uint32Array | Float64Array>(old: A, fresh: A): A {
  fresh.set(old);
  return fresh;
}
