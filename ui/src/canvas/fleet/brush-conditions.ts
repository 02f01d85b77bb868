import type { Stretch } from "../props.ts";
import { sameUpTo } from "./label-groups.ts";
import type { Labels } from "./label-store.ts";

const longest = 1_900;

/**
 * A stretch of an axis as conditions on its dimensions, or undefined when they cannot say it: keys are in order, so a
 * stretch can be said when it lies within one value of the outer dimensions and takes whole values of one dimension.
 */
export function brushConditions(
  dimensions: readonly string[],
  at: (index: number) => Labels | undefined,
  { from, to }: Stretch,
): string[] | undefined {
  const labels: Labels[] = [];
  for (let index = from; index < to; index++) {
    const label = at(index);
    if (label === undefined) return undefined;
    labels.push(label);
  }
  const [first, last] = [labels[0]!, labels.at(-1)!];
  let level = 0;
  while (level < dimensions.length - 1 && first[level] === last[level] && splits(level, at, from, to, first)) level++;
  const differs = (other: Labels | undefined, own: Labels) => other === undefined || !sameUpTo(level, other, own);
  if (level > 0 && !sameUpTo(level - 1, first, last)) return undefined;
  if (!differs(at(from - 1), first) || !differs(at(to), last)) return undefined;

  const values = [...new Set(labels.map((label) => label[level]!))];
  const conditions = [
    ...dimensions.slice(0, level).map((name, index) => `${encode(name)}=${encode(first[index]!)}`),
    `${encode(dimensions[level]!)}=${values.map(encode).join(",")}`,
  ];
  return conditions.some((condition) => condition.length > longest) ? undefined : conditions;
}

/** Whether the stretch takes only a part of its value at this level: then the next level must say which. */
function splits(
  level: number,
  at: (index: number) => Labels | undefined,
  from: number,
  to: number,
  own: Labels,
): boolean {
  const goesOn = (other: Labels | undefined) => other !== undefined && sameUpTo(level, other, own);
  return goesOn(at(from - 1)) || goesOn(at(to));
}

/** As in keys: what has a meaning in a condition is written as in an address. */
function encode(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[%[\],="'`\\$!<>\u0000-\u001f\u007f]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}
