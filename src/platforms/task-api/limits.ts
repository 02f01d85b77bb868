import type { OutputLimits } from "./output-list.ts";

/** What one attempt may send; what is beyond is refused with 413. */
export interface TaskApiLimits {
  readonly outputs: OutputLimits;
  readonly logBytes: number;
  readonly progressBytes: number;
  /** Of a log or of progress, in one request. */
  readonly pieceBytes: number;
  /** Of a list of outputs. */
  readonly listBytes: number;
  /** Of the last word: the values of a task may be 8 MiB, and JSON may need six bytes for one. */
  readonly handInBytes: number;
  readonly recordBytes: number;
}

const mebibyte = 1024 ** 2;

export const usualLimits: TaskApiLimits = {
  outputs: { files: 100_000, bytes: 1024 ** 4 },
  logBytes: 16 * 1024 ** 3,
  progressBytes: 64 * mebibyte,
  pieceBytes: 4 * mebibyte,
  listBytes: 32 * mebibyte,
  handInBytes: 64 * mebibyte,
  recordBytes: 64 * 1024,
};

/** So many of the contents that are missing are named at a time. */
export const mostMissingTold = 1000;
