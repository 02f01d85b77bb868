import type { FleetMapProps, Stretch } from "../props.ts";

export type Labels = readonly string[];
type Axis = "rows" | "columns";

/** How many labels one request is for. */
export const labelsAtOnce = 500;
/** Up to so many cells in view, all labels are there; above, those at regular distances. */
const mostInFull = 3_000;
const atOnce = 4;

/** Labels of both axes, read in chunks as they come into view, and kept. */
export class LabelStore {
  readonly #known = { rows: new Map<number, Labels>(), columns: new Map<number, Labels>() };
  readonly #asked = new Set<string>();
  readonly #queue: { axis: Axis; from: number; limit: number }[] = [];
  #stop = new AbortController();
  readonly #load: () => FleetMapProps["loadLabels"];
  readonly #told: (error?: unknown) => void;
  #running = 0;

  constructor(load: () => FleetMapProps["loadLabels"], told: (error?: unknown) => void) {
    this.#load = load;
    this.#told = told;
  }

  at(axis: Axis, index: number): Labels | undefined {
    return this.#known[axis].get(index);
  }

  /** The first labels of an axis, where somebody has them already. */
  begin(axis: Axis, labels: readonly Labels[]): void {
    labels.forEach((label, index) => this.#known[axis].set(index, label));
    this.#asked.add(`${axis} 0 ${labelsAtOnce}`);
  }

  /** Whether labels of all cells in such a stretch are asked for, or only some. */
  inFull({ from, to }: Stretch): boolean {
    return to - from <= mostInFull;
  }

  /** Asks for what is missing in a stretch: every label, or the ones at multiples of `step`. */
  want(axis: Axis, { from, to }: Stretch, step: number): void {
    if (this.inFull({ from, to })) {
      for (let start = Math.floor(from / labelsAtOnce) * labelsAtOnce; start < to; start += labelsAtOnce)
        this.#ask(axis, start, labelsAtOnce);
    } else {
      for (let index = Math.ceil(from / step) * step; index < to; index += step) {
        if (this.at(axis, index) === undefined) this.#ask(axis, index, 1);
      }
    }
  }

  /** The label of one cell, read if need be. */
  async read(axis: Axis, index: number): Promise<Labels> {
    return this.at(axis, index) ?? (await this.#load()(axis, index, 1, this.#stop.signal))[0] ?? [];
  }

  /** Ends what is under way; may be asked again later. */
  stop(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#queue.length = 0;
    this.#asked.clear();
  }

  #ask(axis: Axis, from: number, limit: number): void {
    const name = `${axis} ${from} ${limit}`;
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    this.#queue.push({ axis, from, limit });
    this.#next();
  }

  #next(): void {
    if (this.#running >= atOnce) return;
    // What was asked for last is what is looked at now.
    const wish = this.#queue.pop();
    if (wish === undefined) return;
    this.#running++;
    const { axis, from, limit } = wish;
    const { signal } = this.#stop;
    this.#load()(axis, from, limit, signal)
      .then(
        (labels) => {
          labels.forEach((label, index) => this.#known[axis].set(from + index, label));
          if (!signal.aborted) this.#told();
        },
        (error: unknown) => {
          if (signal.aborted) return;
          this.#asked.delete(`${axis} ${from} ${limit}`);
          this.#told(error);
        },
      )
      .finally(() => {
        this.#running--;
        this.#next();
      })
      .catch((error: unknown) => this.#told(error));
  }
}
