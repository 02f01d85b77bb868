/** Whole numbers of 32 bits, one after the other, in a typed array that grows. */
export interface IntList {
  push(value: number): void;
  /** The numbers so far. */
  finish(): Int32Array;
}

export function makeIntList(): IntList {
  let values = new Int32Array(1024);
  let count = 0;
  return {
    push(value) {
      if (count === values.length) values = doubled(values);
      values[count++] = value;
    },
    finish: () => values.slice(0, count),
  };
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(values.length * 2);
  longer.set(values);
  return longer;
}
