import { type BenchOptions, type Measured, median, note } from "./figures.ts";
import { makeProject, openFleet } from "./fleet.ts";
import { noopFleet, taskCount } from "./plans.ts";

/** What the engine and the store cost per task that does nothing, every state change durable. */
export default async function overhead({ small }: BenchOptions): Promise<Measured> {
  const project = makeProject({});
  const fleet = await openFleet(project.folder);
  try {
    await fleet.run(noopFleet(500));
    const plan = noopFleet(10_000);
    const rounds: number[] = [];
    for (let round = 1; round <= (small ? 1 : 5); round++) {
      const { seconds } = await fleet.run(plan);
      rounds.push((seconds * 1000) / taskCount(plan));
      note(`round ${round}: ${taskCount(plan)} tasks, ${rounds.at(-1)!.toFixed(3)} ms each`);
    }
    const msPerTask = median(rounds);
    return { figures: { msPerTask }, holds: msPerTask < 0.5 };
  } finally {
    await fleet.close();
    project.remove();
  }
}
