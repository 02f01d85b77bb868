import { AttemptTable } from "./attempt-table.ts";
import { columnTypeOf, makeOutputColumn, type OutputColumn } from "./output-column.ts";
import type { RunView } from "./run-view.ts";

const arrays = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, i32: Int32Array, f64: Float64Array } as const;
type Data = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

export interface Section {
  readonly name: string;
  readonly type: keyof typeof arrays;
  readonly data: Data;
}

/** What a view holds that is no array of numbers. */
export interface SectionTexts {
  readonly causes: readonly string[];
  readonly outputs: readonly { readonly step: number; readonly name: string; readonly texts: readonly string[] }[];
  /** The number of attempts; absent when nobody has asked for them. */
  readonly attempts?: number;
}

/** Where a section of so many bytes ends: the next begins at a multiple of 8, as a Float64Array must. */
export function roundUp(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

export function toSections(view: RunView): { texts: SectionTexts; sections: Section[] } {
  const outputs = outputsOf(view);
  const texts: SectionTexts = {
    causes: view.causes,
    outputs: outputs.map(({ step, name, column }) => ({
      step,
      name,
      texts: column.type === "string" ? column.texts : [],
    })),
    ...(view.attempts === undefined ? {} : { attempts: view.attempts.count }),
  };
  return { texts, sections: dataOf(view).map(({ name, data }) => ({ name, type: typeOf(data), data })) };
}

/** Fills a view that is as new. False if the sections are not those of such a view; it is of no use then. */
export function fromSections(
  view: RunView,
  texts: SectionTexts,
  sections: readonly { readonly name: string; readonly type: keyof typeof arrays; readonly bytes: number }[],
  bytes: ArrayBuffer,
): boolean {
  for (const cause of texts.causes.slice(1)) view.causeCodes.set(cause, view.causes.push(cause) - 1);
  for (const output of texts.outputs) {
    const step = view.steps[output.step];
    const type = step === undefined ? undefined : columnTypeOf(step.planned, output.name);
    if (step === undefined || type === undefined) return false;
    step.outputs.set(output.name, makeOutputColumn(type, step.shape.size, [...output.texts]));
  }
  if (texts.attempts !== undefined) {
    view.attempts = new AttemptTable(
      view.steps.map(({ shape }) => shape.size),
      texts.attempts,
    );
  }
  const wanted = dataOf(view);
  if (wanted.length !== sections.length) return false;
  let from = 0;
  for (const [index, { name, data }] of wanted.entries()) {
    const section = sections[index]!;
    if (section.name !== name || section.type !== typeOf(data) || section.bytes !== data.byteLength) return false;
    if (from + section.bytes > bytes.byteLength) return false;
    data.set(new arrays[section.type](bytes, from, data.length));
    from += roundUp(section.bytes);
  }
  view.attempts?.link();
  return true;
}

function dataOf(view: RunView): { name: string; data: Data }[] {
  const found: { name: string; data: Data }[] = [];
  for (const step of view.steps) {
    const columns = ["state", "attempts", "readyAt", "startedAt", "endedAt", "class", "cause", "counts"] as const;
    for (const name of columns) found.push({ name: `${step.shape.index}/${name}`, data: step[name] });
  }
  for (const { step, name, column } of outputsOf(view))
    found.push({ name: `${step}/output ${name}`, data: column.type === "string" ? column.codes : column.values });
  for (const [name, data] of Object.entries(view.attempts?.columns() ?? {}))
    found.push({ name: `attempts/${name}`, data });
  return found;
}

function outputsOf(view: RunView): { step: number; name: string; column: OutputColumn }[] {
  return view.steps.flatMap(({ shape, outputs }) =>
    Array.from(outputs, ([name, column]) => ({ step: shape.index, name, column })),
  );
}

function typeOf(data: Data): keyof typeof arrays {
  if (data instanceof Uint8Array) return "u8";
  if (data instanceof Uint16Array) return "u16";
  if (data instanceof Uint32Array) return "u32";
  return data instanceof Int32Array ? "i32" : "f64";
}
