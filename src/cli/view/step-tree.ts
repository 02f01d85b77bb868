import type { ResponseOf } from "../../api/operations.ts";

export interface Branch {
  /** The step's number in the plan. */
  readonly index: number;
  /** What is drawn in front of its name: `│ └ `. */
  readonly branch: string;
}

type Planned = Pick<ResponseOf<"previewRun">, "edges"> & { readonly steps: readonly { readonly name: string }[] };

/**
 * The steps as a tree to be read from top to bottom: each stands once, below the step it waits for longest, the one with
 * the longest path before it. What else it reads is said by the joins.
 */
export function stepTree({ steps, edges }: Planned): Branch[] {
  const numbers = new Map(steps.map(({ name }, index) => [name, index]));
  const depths: number[] = [];
  const children = steps.map((): number[] => []);
  const roots: number[] = [];
  for (const [index, { name }] of steps.entries()) {
    const parents = edges.filter(({ from, to }) => to === name && from !== name).map(({ from }) => numbers.get(from)!);
    const parent = parents.reduce<number | undefined>(
      (deepest, from) => (deepest === undefined || depths[from]! >= depths[deepest]! ? from : deepest),
      undefined,
    );
    depths[index] = parent === undefined ? 0 : depths[parent]! + 1;
    (parent === undefined ? roots : children[parent]!).push(index);
  }
  return roots.flatMap((root) => drawBelow(root, "", "", children));
}

function drawBelow(index: number, branch: string, indent: string, children: readonly (readonly number[])[]): Branch[] {
  const below = children[index]!.flatMap((child, at, all) =>
    at === all.length - 1
      ? drawBelow(child, `${indent}└ `, `${indent}  `, children)
      : drawBelow(child, `${indent}├ `, `${indent}│ `, children),
  );
  return [{ index, branch }, ...below];
}
