import { median, note } from "./figures.ts";
import { makeProject, openFleet } from "./fleet.ts";
import { pythonFleet } from "./plans.ts";
import { poolSeconds } from "./pool.ts";

export interface Contest {
  /** The module `tasks` whose function is called with n = 1 … tasks. */
  readonly module: string;
  readonly function: string;
  readonly tasks: number;
  readonly rounds: number;
  readonly python: string;
}

const slots = 2;

/**
 * Seconds of ours over seconds of a bare `ProcessPoolExecutor` doing the same calls on as many slots, median of rounds.
 * The two take turns. Each of our rounds has an engine and platform of its own, so warm parents start in it; the pool's
 * workers start in its own.
 */
export async function ratioToPool({ module, function: name, tasks, rounds, python }: Contest): Promise<number> {
  const project = makeProject({ "tasks.py": module });
  try {
    const ratios: number[] = [];
    const call = { folder: project.folder, function: name, tasks, python };
    for (let round = 1; round <= rounds; round++) {
      const order = round % 2 === 1 ? [bareSeconds, fleetSeconds] : [fleetSeconds, bareSeconds];
      const seconds = new Map<Contestant, number>();
      for (const contestant of order) seconds.set(contestant, await contestant(call));
      const [ours, bare] = [seconds.get(fleetSeconds)!, seconds.get(bareSeconds)!];
      ratios.push(ours / bare);
      note(
        `${name}, round ${round}: ours ${ours.toFixed(2)} s, bare pool ${bare.toFixed(2)} s, ratio ${(ours / bare).toFixed(3)}`,
      );
    }
    return median(ratios);
  } finally {
    project.remove();
  }
}

interface Call {
  readonly folder: string;
  readonly function: string;
  readonly tasks: number;
  readonly python: string;
}

type Contestant = (call: Call) => Promise<number>;

const bareSeconds: Contestant = async (call) => poolSeconds({ ...call, workers: slots });

const fleetSeconds: Contestant = async ({ folder, function: name, tasks, python }) => {
  const fleet = await openFleet(folder, { slots });
  try {
    const { seconds } = await fleet.run(pythonFleet(tasks, { module: "tasks", function: name, python }));
    return seconds;
  } finally {
    await fleet.close();
  }
};
