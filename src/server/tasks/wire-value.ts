import type { z } from "zod";
import type { inputValue, outputValue } from "../../api/schemas/task.ts";
import type { Json } from "../../core/json.ts";
import type { InputValue, OutputValue } from "../../core/output-value.ts";

type WireOutput = z.output<typeof outputValue>;
type WireJson = Extract<WireOutput, { value: unknown }>["value"];

/** Of JSON, about so many characters are shown, or so many of an item of a collection. */
const longest = 64 * 1024;
const longestItem = 1024;
/** Deeper values are shown as text: not every reader can follow. */
const deepest = 64;
const mostRows = 100;

/** An output as it is shown: a value that is too large, or too deep, as the beginning of its text. */
export function wireOutput(item: OutputValue, most = longest): WireOutput {
  if ("artifact" in item) return { artifact: { ...item.artifact } };
  return isSmall(item.value, most)
    ? { value: item.value as WireJson }
    : { value: beginningOf(item.value, most), cut: true };
}

/** An input as it is shown: of a collection the first rows. */
export function wireInput(input: InputValue): z.output<typeof inputValue> {
  if (!("rows" in input)) return wireOutput(input);
  const rows = input.rows.slice(0, mostRows).map(({ key, item }) => ({ key, item: wireOutput(item, longestItem) }));
  return { rows, total: input.rows.length };
}

/** Whether a value is neither long nor deep; looks at no more of it than tells. */
function isSmall(value: Json, most: number): boolean {
  let left = most;
  const stack: { readonly value: Json; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value: one, depth } = next;
    left -= typeof one === "string" ? one.length + 2 : 4;
    if (typeof one === "object" && one !== null) {
      const members = Object.entries(one as Readonly<Record<string, Json>>);
      left -= members.reduce((sum, [name]) => sum + name.length, 0);
      if (left >= 0) for (const [, member] of members) stack.push({ value: member, depth: depth + 1 });
    }
    if (left < 0 || depth > deepest) return false;
  }
  return true;
}

function beginningOf(value: Json, most: number): string {
  try {
    return JSON.stringify(value).slice(0, most);
  } catch {
    return "nested too deeply to be shown";
  }
}
