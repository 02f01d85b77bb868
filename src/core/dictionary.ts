import { makeIntList } from "./int-list.ts";

/** Values as they come, each distinct one stored once, in order of first appearance. */
export interface Dictionary<Value> {
  /** True if this value was not there before. */
  add(value: Value): boolean;
  /** The distinct values, and for each that was added, the position of its own. */
  finish(): { readonly values: readonly Value[]; readonly codes: Int32Array };
}

export function makeDictionary<Value>(): Dictionary<Value> {
  const codeOf = new Map<Value, number>();
  const codes = makeIntList();
  return {
    add(value) {
      const known = codeOf.get(value);
      codes.push(known ?? codeOf.size);
      if (known === undefined) codeOf.set(value, codeOf.size);
      return known === undefined;
    },
    finish: () => ({ values: [...codeOf.keys()], codes: codes.finish() }),
  };
}
