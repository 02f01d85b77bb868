import { type BenchOptions, type Measured, median, note } from "./figures.ts";
import { type Fleet, makeProject, openFleet } from "./fleet.ts";
import { noopFleet, taskCount } from "./plans.ts";

/** Whether a task costs the same in a small run and in a large one. */
export default async function growth({ small }: BenchOptions): Promise<Measured> {
  const sizes = small ? [1000, 10_000] : [1000, 10_000, 100_000];
  const rounds = small ? 2 : 3;
  const project = makeProject({});
  const fleet = await openFleet(project.folder);
  try {
    await fleet.run(noopFleet(2000));
    const costs = new Map(sizes.map((size) => [size, [] as number[]]));
    // Sizes take turns, so that a busy minute of the machine does not fall on one of them.
    for (let round = 1; round <= rounds; round++) {
      for (const size of sizes) {
        costs.get(size)!.push(await costOf(fleet, size));
        note(`round ${round}: ${size} tasks, ${costs.get(size)!.at(-1)!.toFixed(3)} ms each`);
      }
    }
    const medians = sizes.map((size) => median(costs.get(size)!));
    const flatness = Math.max(...medians) / Math.min(...medians);
    const figures = Object.fromEntries(sizes.map((size, i) => [`msPerTask${size / 1000}k`, medians[i]!]));
    return { figures: { flatness, ...figures }, holds: flatness <= 1.25 };
  } finally {
    await fleet.close();
    project.remove();
  }
}

/** Milliseconds per task. Small runs are repeated, so that each size is measured over about as many tasks. */
async function costOf(fleet: Fleet, size: number): Promise<number> {
  const plan = noopFleet(size);
  const times: number[] = [];
  for (let done = 0; done < 10_000; done += size) times.push((await fleet.run(plan)).seconds);
  return (median(times) * 1000) / taskCount(plan);
}
