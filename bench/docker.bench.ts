import { join } from "node:path";
import { openDiskStore } from "../src/artifacts/disk-store.ts";
import { DockerPlatform } from "../src/platforms/docker/docker-platform.ts";
import { EngineApi } from "../src/platforms/docker/engine-api.ts";
import { noDocker, startDocker } from "../test/engines/docker.ts";
import { type BenchOptions, type Measured, median, note } from "./figures.ts";
import { makeProject, openFleet } from "./fleet.ts";
import { shellFleet } from "./plans.ts";

const atOnce = 2;

/** Containers that do nothing, each an attempt, ÷ the same number through the bare Engine API. */
export default async function docker({ small }: BenchOptions): Promise<Measured> {
  if (noDocker !== undefined) throw new Error(noDocker);
  const engine = await startDocker();
  const count = small ? 20 : 100;
  const ratios: number[] = [];
  try {
    for (let round = 1; round <= (small ? 1 : 3); round++) {
      const contestants = round % 2 === 1 ? [bareSeconds, ourSeconds] : [ourSeconds, bareSeconds];
      const seconds = new Map<Contestant, number>();
      for (const contestant of contestants) seconds.set(contestant, await contestant({ ...engine, count }));
      const [bare, ours] = [seconds.get(bareSeconds)!, seconds.get(ourSeconds)!];
      ratios.push(ours / bare);
      note(`round ${round}: bare ${bare.toFixed(2)} s, ours ${ours.toFixed(2)} s, ratio ${(ours / bare).toFixed(3)}`);
    }
  } finally {
    await engine.stop();
  }
  const dockerRatio = median(ratios);
  return { figures: { dockerRatio }, holds: dockerRatio <= 1.15 };
}

interface Contest {
  readonly host: string;
  readonly image: string;
  readonly count: number;
}
type Contestant = (contest: Contest) => Promise<number>;

const ourSeconds: Contestant = async ({ host, image, count }) => {
  const project = makeProject({});
  const directory = join(project.folder, ".flotilla");
  const artifacts = openDiskStore(join(directory, "artifacts"));
  const platform = new DockerPlatform({ name: "containers", directory, artifacts, host, image, slots: atOnce });
  const fleet = await openFleet(project.folder, { platforms: [platform] });
  try {
    return (await fleet.run(shellFleet(count, ["true"], "containers"))).seconds;
  } finally {
    await fleet.close();
    project.remove();
  }
};

/** Made, begun, waited for and taken away, so many at a time. */
const bareSeconds: Contestant = async ({ host, image, count }) => {
  const api = new EngineApi(host);
  const started = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const name = `flotilla-bench-${process.pid}-${next++}`;
      const spec = { Image: image, Cmd: ["true"], HostConfig: { NetworkMode: "none", NanoCpus: 1e9 } };
      await api.ask("POST", `/containers/create?name=${name}`, spec);
      await api.ask("POST", `/containers/${name}/start`);
      await api.ask("POST", `/containers/${name}/wait`);
      await api.ask("DELETE", `/containers/${name}?v=1`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return (performance.now() - started) / 1000;
};
