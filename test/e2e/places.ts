import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../engines/docker.ts";
import { askDocker } from "../engines/docker-api.ts";
import { podPath } from "../../src/platforms/kubernetes/pod-path.ts";
import type { Pod } from "../../src/platforms/kubernetes/pod.ts";
import { isOver } from "../../src/platforms/kubernetes/pod-evidence.ts";
import { noKubernetes } from "../engines/kubernetes.ts";
import { makeCertificates, type TlsDoor, tlsDoor } from "../helpers/tls-door.ts";
import { takeNamespace, type TestNamespace } from "../helpers/test-namespace.ts";
import { LedgerServer } from "./ledger.ts";
import { Project, processesIn } from "./project.ts";

/** Where the steps on `cpu` of a test's pipeline run. */
export interface Place {
  readonly name: "local" | "docker" | "pods";
  /** A project that is bound to it, with four cores to promise; its tasks can write their ledger. */
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
    describe("of an engine elsewhere", () => {
      const folder = mkdtempSync(join(tmpdir(), "flotilla-places-"));
      let door: TlsDoor;
      beforeAll(async () => {
        door = await tlsDoor(docker.host, makeCertificates(folder));
      });
      afterAll(async () => {
        await door.leave();
        rmSync(folder, { recursive: true });
      });
      suite(
        containers(
          () => docker,
          () => ({ hosts: [door.host], tls: door.tls }),
        ),
      );
    });
  });
  describe.skipIf(noKubernetes !== undefined)(
    `in pods${noKubernetes === undefined ? "" : ` (${noKubernetes})`}`,
    () => {
      let namespace: TestNamespace;
      let ledgers: LedgerServer;
      beforeAll(async () => {
        namespace = await takeNamespace();
        ledgers = await LedgerServer.listen(namespace.cluster.nodeAddress);
      }, 120_000);
      afterAll(async () => {
        ledgers.close();
        await namespace.remove();
      }, 60_000);
      suite(pods(() => ({ namespace, ledgers })));
    },
  );
}

const machine: Place = {
  name: "local",
  project: (files) => bound(new Project(files), "local({ cpus: 4 })"),
  atWork: (project) => Promise.resolve(processesIn(project.directory)),
};

/** `way` is how its engine is reached, if not as that of this machine. */
function containers(docker: () => RunningDocker, way = (): object => ({ host: docker().host })): Place {
  return {
    name: "docker",
    project(files) {
      const { image } = docker();
      const project = new Project(files);
      const volumes = [{ from: project.directory, to: project.directory }];
      return bound(project, `docker(${JSON.stringify({ ...way(), image, cpus: 4, volumes })})`);
    },
    async atWork(project) {
      const filters = encodeURIComponent(
        JSON.stringify({ label: [`dev.flotilla.project=${project.directory}/.flotilla`] }),
      );
      return (await askDocker(docker().host, "GET", `/containers/json?all=1&filters=${filters}`)).json<unknown[]>();
    },
  };
}

function pods(there: () => { readonly namespace: TestNamespace; readonly ledgers: LedgerServer }): Place {
  return {
    name: "pods",
    project(files) {
      const { namespace, ledgers } = there();
      const { cluster, name } = namespace;
      const project = new Project(files);
      project.ledgerAddress = ledgers.addressFor(project.directory);
      project.write("kubeconfig", namespace.kubeconfig());
      const options = {
        kubeconfig: join(project.directory, "kubeconfig"),
        namespace: name,
        image: cluster.image,
        slots: 4,
        listen: `${cluster.nodeAddress}:${ownPort()}`,
      };
      return bound(project, `kubernetes(${JSON.stringify(options)})`);
    },
    async atWork() {
      const { administrator, name } = there().namespace;
      const { body } = await administrator.request({ method: "GET", path: podPath(name) });
      // The kubelet takes one that is over away in its own time.
      return (body["items"] as Pod[]).filter((pod) => !isOver(pod));
    },
  };
}

let ports = 0;

/** Engines of several projects may be up at once; those of one project take turns at the same. */
function ownPort(): number {
  return 20_000 + (process.pid % 400) * 25 + (ports++ % 25);
}

function bound(project: Project, binding: string): Project {
  const profiles = `{ laptop: { platforms: { cpu: ${binding} } } }`;
  project.write(
    "flotilla.config.ts",
    `import { config, docker, kubernetes, local } from "flotilla";\nexport default config({ profiles: ${profiles} });\n`,
  );
  return project;
}
