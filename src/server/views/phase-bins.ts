import { phases } from "../../api/schemas/timeline.ts";

type Phase = (typeof phases)[number];

/** How many attempts were in each phase in each stretch of time, on average. An attempt costs the same however long it lasted. */
export class PhaseBins {
  readonly #from: number;
  readonly #width: number;
  readonly #count: number;
  /** By phase: what falls into a bin in part, and the changes in how many fill bins whole. */
  readonly #parts: readonly Float64Array[];
  readonly #steps: readonly Float64Array[];

  constructor(from: number, to: number, count: number) {
    this.#from = from;
    this.#width = (to - from) / count;
    this.#count = count;
    this.#parts = phases.map(() => new Float64Array(count));
    this.#steps = phases.map(() => new Float64Array(count + 1));
  }

  /** @param at where each phase begins, and where the last one ends */
  add(at: ArrayLike<number>): void {
    for (let phase = 0; phase < phases.length; phase++) this.#addOne(phase, at[phase]!, at[phase + 1]!);
  }

  #addOne(phase: number, from: number, to: number): void {
    const first = Math.max(0, (from - this.#from) / this.#width);
    const last = Math.min(this.#count, (to - this.#from) / this.#width);
    if (!(first < last)) return;
    const [parts, steps] = [this.#parts[phase]!, this.#steps[phase]!];
    const [bin, lastBin] = [Math.floor(first), Math.min(this.#count - 1, Math.floor(last))];
    if (bin === lastBin) {
      parts[bin]! += last - first;
      return;
    }
    parts[bin]! += bin + 1 - first;
    parts[lastBin]! += last - lastBin;
    steps[bin + 1]!++;
    steps[lastBin]!--;
  }

  /** Rounded to thousandths: a page draws them, and digits behind that would be most of what is sent. */
  finish(): Record<Phase, number[]> {
    return Object.fromEntries(phases.map((phase, index) => [phase, this.#sum(index)])) as Record<Phase, number[]>;
  }

  #sum(phase: number): number[] {
    let whole = 0;
    return Array.from(this.#parts[phase]!, (part, bin) => {
      whole += this.#steps[phase]![bin]!;
      return Math.round((whole + part) * 1000) / 1000;
    });
  }
}
