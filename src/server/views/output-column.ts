import type { Json } from "../../core/json.ts";
import type { PlanStep, Scalar } from "../../core/plan.ts";

/** The values that an output has over the tasks of its step: numbers, truth as 0 and 1, texts by a dictionary. */
export type OutputColumn =
  | { readonly type: "number" | "boolean"; readonly values: Float64Array }
  /** `codes` are indices into `texts` and 1; 0 for none. */
  | {
      readonly type: "string";
      readonly codes: Uint32Array;
      readonly texts: string[];
      readonly known: Map<string, number>;
    };

export type OutputColumnType = OutputColumn["type"];

/** The type of an output that can be a column; undefined for files and JSON, and where there is no such output. */
export function columnTypeOf(step: PlanStep, output: string): OutputColumnType | undefined {
  const type = Object.hasOwn(step.outputs, output) ? step.outputs[output]!.type : undefined;
  return type === "number" || type === "boolean" || type === "string" ? type : undefined;
}

export function makeOutputColumn(type: OutputColumnType, size: number, texts: string[] = []): OutputColumn {
  if (type !== "string") return { type, values: new Float64Array(size).fill(Number.NaN) };
  return {
    type,
    codes: new Uint32Array(size),
    texts,
    known: new Map(texts.map((text, index) => [text, index + 1])),
  };
}

/** What a task reported is taken for what the plan says, or for nothing. */
export function setOutput(column: OutputColumn, task: number, value: Json): void {
  if (column.type === "string") {
    column.codes[task] = typeof value === "string" ? codeOfText(column, value) : 0;
  } else {
    column.values[task] = typeof value === column.type ? Number(value) : Number.NaN;
  }
}

function codeOfText(column: Extract<OutputColumn, { type: "string" }>, text: string): number {
  let code = column.known.get(text);
  if (code === undefined) column.known.set(text, (code = column.texts.push(text)));
  return code;
}

export function outputAt(column: OutputColumn, task: number): Scalar | undefined {
  if (column.type === "string") return column.texts[column.codes[task]! - 1];
  const value = column.values[task]!;
  if (Number.isNaN(value)) return undefined;
  return column.type === "boolean" ? value === 1 : value;
}

export function bytesOfOutput(column: OutputColumn): number {
  if (column.type !== "string") return column.values.byteLength;
  return column.texts.reduce((sum, text) => sum + 100 + 2 * text.length, column.codes.byteLength);
}
