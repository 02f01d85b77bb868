import { Readable } from "node:stream";
import { expect, onTestFinished } from "vitest";
import type { AttemptId } from "../../src/core/ids.ts";
import { containerName } from "../../src/platforms/docker/container-spec.ts";
import { DockerHosts, type DockerHostsOptions } from "../../src/platforms/docker/docker-hosts.ts";
import { type EngineAccess, sharesOurDisk } from "../../src/platforms/docker/engine-way.ts";
import { EngineApi } from "../../src/platforms/docker/engine-api.ts";
import type { PlatformGround } from "../../src/platforms/platform-contract.ts";
import { tarOf } from "../../src/platforms/task-api/tar.ts";
import type { ProjectGround } from "./project-ground.ts";

export interface RemoteGround extends PlatformGround {
  readonly flotilla: string;
  readonly openWith: (options: Partial<DockerHostsOptions>) => DockerHosts;
  /** The engine, of those behind the hosts, on which an attempt has its container; undefined where none has. */
  readonly engineOf: (id: AttemptId) => Promise<string | undefined>;
}

/** How engines are reached as if they were far away, and how tests reach them: `unix:///…`. */
export interface FarEngines {
  readonly image: string;
  readonly hosts: DockerHostsOptions["hosts"];
  readonly access: EngineAccess;
  readonly engines: readonly string[];
}

export function remoteGround(project: ProjectGround, { image, hosts, access, engines }: FarEngines): RemoteGround {
  const { flotilla, artifacts, code, startAndDie } = project;
  const openWith = (options: Partial<DockerHostsOptions>): DockerHosts => {
    const own = { directory: flotilla, artifacts, image, hosts, lookEveryMs: 100, ...access };
    const platform = new DockerHosts({ ...own, ...options });
    onTestFinished(() => platform.close());
    return platform;
  };
  const engineOf = async (id: AttemptId): Promise<string | undefined> => {
    const found: string[] = [];
    for (const engine of engines)
      if ((await new EngineApi(engine).ask("GET", `/containers/${containerName(id)}/json`)).status === 200)
        found.push(engine);
    // I5: whatever happened, no attempt has two.
    expect(found.length).toBeLessThan(2);
    return found[0];
  };
  return {
    flotilla,
    artifacts,
    code,
    leftOf: async (id) => {
      const engine = await engineOf(id);
      if (engine === undefined) return [];
      const { status, body } = await new EngineApi(engine).ask("GET", `/containers/${containerName(id)}/top`);
      return status === 200 ? ((JSON.parse(body) as { Processes: string[][] | null }).Processes ?? []) : [];
    },
    makeFile: async (path, id) => {
      const empty = { path: path.slice(1), bytes: 0, read: async () => Buffer.alloc(0) };
      const archive = Readable.from(tarOf([empty]), { objectMode: false });
      const where = `/containers/${containerName(id)}/archive?path=/`;
      const api = new EngineApi((await engineOf(id))!);
      expect(await api.send(where, archive, AbortSignal.timeout(10_000))).toMatchObject({ status: 200 });
    },
    open: () => openWith({}),
    openWith,
    engineOf,
    startAndDie: (spec) => {
      const [{ host }] = hosts as [{ host: string }];
      expect(sharesOurDisk(host)).toBe(false);
      return startAndDie(spec, { type: "containers", image, host, ...access });
    },
  };
}
