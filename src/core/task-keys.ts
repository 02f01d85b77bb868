import { encodeKeyText } from "./key-text.ts";
import type { Scalar } from "./plan.ts";
import type { Projection } from "./projection.ts";
import type { ScenarioColumn } from "./scenario-set.ts";

/** The keys of one step's tasks, both ways. */
export interface TaskKeys {
  taskRef(task: number): string;
  keyOf(task: number): Record<string, Scalar>;
  taskAt(key: Readonly<Record<string, Scalar>>): number | undefined;
}

export function makeTaskKeys(step: string, tasks: Projection, rowsInKeyOrder: () => Int32Array): TaskKeys {
  const stepText = encodeKeyText(step);
  const dimensions = tasks.columns.map(makeDimension);
  return {
    taskRef(task) {
      if (dimensions.length === 0) return stepText;
      return `${stepText}[${dimensions.map((dimension) => dimension.textAt(tasks.firstRow[task]!)).join(",")}]`;
    },
    keyOf: (task) =>
      Object.fromEntries(dimensions.map((dimension) => [dimension.name, dimension.valueAt(tasks.firstRow[task]!)])),
    taskAt(key) {
      const codes = dimensions.map((dimension) =>
        Object.hasOwn(key, dimension.name) ? dimension.codeOf(key[dimension.name]!) : undefined,
      );
      if (!codes.every((code) => code !== undefined)) return undefined;
      const row = findRow(rowsInKeyOrder(), tasks.columns, codes);
      return row === undefined ? undefined : tasks.taskOfRow[row];
    },
  };
}

interface Dimension {
  readonly name: string;
  /** `origin=JFK` */
  textAt(row: number): string;
  valueAt(row: number): Scalar;
  codeOf(value: Scalar): number | undefined;
}

function makeDimension({ name, values, codes }: ScenarioColumn): Dimension {
  const nameText = encodeKeyText(name);
  // A fleet has few values and many tasks: each text is made once, when first wanted.
  const texts: (string | undefined)[] = Array.from({ length: values.length });
  let codeOfValue: Map<Scalar | null, number> | undefined;
  return {
    name,
    textAt: (row) => (texts[codes[row]!] ??= `${nameText}=${encodeKeyText(String(values[codes[row]!]))}`),
    valueAt: (row) => values[codes[row]!]!,
    codeOf(value) {
      codeOfValue ??= new Map(values.map((known, code) => [known, code]));
      return codeOfValue.get(value);
    },
  };
}

/** Binary search by key among rows in key order. */
function findRow(rows: Int32Array, columns: readonly ScenarioColumn[], wanted: readonly number[]): number | undefined {
  let [low, high] = [0, rows.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const difference = compareCodes(rows[middle]!, columns, wanted);
    if (difference === 0) return rows[middle];
    if (difference < 0) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

function compareCodes(row: number, columns: readonly ScenarioColumn[], wanted: readonly number[]): number {
  for (let i = 0; i < columns.length; i++) {
    const difference = columns[i]!.codes[row]! - wanted[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
