import type { Topology } from "./topology.ts";

/** What a step is taken to last when nothing is known about it. */
const unknownMs = 1000;

/**
 * For each step, the expected time from its start to the end of everything that hangs on it: its own mean duration plus
 * the longest path below. Starting what has most behind it first keeps a run from ending on one long tail.
 */
export function remainingPaths(topology: Topology, meanMs: Readonly<Record<string, number>>): number[] {
  const remaining: (number | undefined)[] = Array.from({ length: topology.steps.length });
  const visit = (index: number): number => {
    const known = remaining[index];
    if (known !== undefined) return known;
    const step = topology.steps[index]!;
    // A step may read itself along an ordered dimension; that edge does not lengthen the path of the step as a whole.
    const below = step.downstream.filter(({ to }) => to !== index).map(({ to }) => visit(to));
    const path = (meanMs[step.name] ?? unknownMs) + Math.max(0, ...below);
    remaining[index] = path;
    return path;
  };
  return topology.steps.map(({ index }) => visit(index));
}
