import type { Stretch } from "../props.ts";
import type { Labels } from "./label-store.ts";

/** A run of cells with equal values in the first dimensions, up to `level`. */
export interface LabelGroup extends Stretch {
  readonly text: string;
}

/**
 * The groups of one level within a stretch, cut at its ends. Where labels are known at every `step`-th cell only, a group
 * reaches to the next known cell. Cells without a label belong to no group.
 */
export function labelGroups(
  at: (index: number) => Labels | undefined,
  { from, to }: Stretch,
  level: number,
  step = 1,
): LabelGroup[] {
  const groups: { text: string; from: number; to: number; labels: Labels }[] = [];
  for (let index = Math.floor(from / step) * step; index < to; index += step) {
    const labels = at(index);
    if (labels === undefined) continue;
    const last = groups.at(-1);
    const goesOn = last !== undefined && last.to >= index && sameUpTo(level, last.labels, labels);
    if (goesOn) last.to = Math.min(to, index + step);
    else {
      groups.push({ text: labels[level] ?? "", from: Math.max(from, index), to: Math.min(to, index + step), labels });
    }
  }
  return groups.map(({ text, from: start, to: end }) => ({ text, from: start, to: end }));
}

export function sameUpTo(level: number, a: Labels, b: Labels): boolean {
  for (let index = level; index >= 0; index--) if (a[index] !== b[index]) return false;
  return true;
}

/** The least of 1, 2, 5, 10, 20 … cells that are together as long as `least` pixels. */
export function labelStep(scale: number, least: number): number {
  for (let decade = 1; ; decade *= 10) {
    for (const factor of [1, 2, 5]) if (decade * factor * scale >= least) return decade * factor;
  }
}

/** Looked back this far for where an outer value begins. */
const lookBack = 500;

/**
 * The innermost labels that are shown: every `step`-th one within each outer value, so that all values are labelled alike.
 * None where an outer value has not even room for two: the same first label again and again would say nothing.
 */
export function pickInner(
  at: (index: number) => Labels | undefined,
  { from, to }: Stretch,
  level: number,
  { step, inFull }: { step: number; inFull: boolean },
): LabelGroup[] {
  const label = (index: number): LabelGroup[] => {
    const text = at(index)?.[level];
    return text === undefined || index < from || index >= to ? [] : [{ text, from: index, to: index + 1 }];
  };
  const every = (start: number, end: number) => {
    const picked: LabelGroup[] = [];
    for (let index = start; index < end; index += step) picked.push(...label(index));
    return picked;
  };
  if (level === 0 || step === 1 || !inFull) return every(Math.ceil(from / step) * step, to);
  const groups = labelGroups(at, { from: Math.max(0, from - lookBack), to }, level - 1);
  const size = groups.reduce((most, group) => Math.max(most, group.to - group.from), 0);
  if (size < step * 2) return [];
  // The last one of a group may not reach into the next.
  return groups.flatMap((group) => every(group.from, Math.max(group.from + 1, group.to - step / 2)));
}
