import { afterAll, beforeAll, describe } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../engines/docker.ts";
import { askDocker } from "../engines/docker-api.ts";
import { Project, processesIn } from "./project.ts";

/** Where the steps on `cpu` of a test's pipeline run. */
export interface Place {
  readonly name: "local" | "docker";
  /** A project that is bound to it, with four cores to promise; what its tasks write into the project's folder is seen there. */
  project(files: Readonly<Record<string, string>>): Project;
  /** Who is at work for a project, as far as it is none of this side's own processes. */
  atWork(project: Project): Promise<readonly unknown[]>;
}

/** The same tests at each place; one that cannot be had here is skipped, and says why. */
export function onEachPlace(suite: (place: Place) => void): void {
  describe("on this machine", () => {
    suite(machine);
  });
  describe.skipIf(noDocker !== undefined)(`in containers${noDocker === undefined ? "" : ` (${noDocker})`}`, () => {
    let docker: RunningDocker;
    beforeAll(async () => {
      docker = await startDocker();
    }, 300_000);
    afterAll(() => docker.stop(), 60_000);
    suite(containers(() => docker));
  });
}

const machine: Place = {
  name: "local",
  project: (files) => bound(new Project(files), "local({ cpus: 4 })"),
  atWork: (project) => Promise.resolve(processesIn(project.directory)),
};

function containers(docker: () => RunningDocker): Place {
  return {
    name: "docker",
    project(files) {
      const { host, image } = docker();
      const project = new Project(files);
      const volumes = [{ from: project.directory, to: project.directory }];
      return bound(project, `docker(${JSON.stringify({ host, image, cpus: 4, volumes })})`);
    },
    async atWork(project) {
      const filters = encodeURIComponent(
        JSON.stringify({ label: [`dev.flotilla.project=${project.directory}/.flotilla`] }),
      );
      return (await askDocker(docker().host, "GET", `/containers/json?all=1&filters=${filters}`)).json<unknown[]>();
    },
  };
}

function bound(project: Project, binding: string): Project {
  const profiles = `{ laptop: { platforms: { cpu: ${binding} } } }`;
  project.write(
    "flotilla.config.ts",
    `import { config, docker, local } from "flotilla";\nexport default config({ profiles: ${profiles} });\n`,
  );
  return project;
}
