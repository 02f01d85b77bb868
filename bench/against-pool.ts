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

export interface Ratios {
  /** Seconds of ours over seconds of a bare `ProcessPoolExecutor` doing the same calls on as many slots, median of rounds. */
  readonly ratio: number;
  /** The same of that pool when each of its calls has a process of its own, as ours have: what isolation alone costs. */
  readonly bareForkRatio: number;
}

/**
 * The three take turns. Each of our rounds has an engine and platform of its own, so warm parents start in it; the pool's
 * workers start in its own.
 */
export async function ratiosToPool({ module, function: name, tasks, rounds, python }: Contest): Promise<Ratios> {
  const project = makeProject({ "tasks.py": module });
  try {
    const ratios: number[] = [];
    const forkRatios: number[] = [];
    const call = { folder: project.folder, function: name, tasks, python };
    for (let round = 1; round <= rounds; round++) {
      const contestants = [bareSeconds, fleetSeconds, forkSeconds];
      const order = round % 2 === 1 ? contestants : contestants.toReversed();
      const seconds = new Map<Contestant, number>();
      for (const contestant of order) seconds.set(contestant, await contestant(call));
      const [bare, ours, forked] = contestants.map((contestant) => seconds.get(contestant)!) as [
        number,
        number,
        number,
      ];
      ratios.push(ours / bare);
      forkRatios.push(forked / bare);
      note(
        `${name}, round ${round}: bare pool ${bare.toFixed(2)} s; ours ${ours.toFixed(2)} s, ratio ${(ours / bare).toFixed(3)}; a bare fork per call ${forked.toFixed(2)} s, ratio ${(forked / bare).toFixed(3)}`,
      );
    }
    return { ratio: median(ratios), bareForkRatio: median(forkRatios) };
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

const forkSeconds: Contestant = async (call) => poolSeconds({ ...call, workers: slots, forks: true });

const fleetSeconds: Contestant = async ({ folder, function: name, tasks, python }) => {
  const fleet = await openFleet(folder, { slots });
  try {
    const { seconds } = await fleet.run(pythonFleet(tasks, { module: "tasks", function: name, python }));
    return seconds;
  } finally {
    await fleet.close();
  }
};
