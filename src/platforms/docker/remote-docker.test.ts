import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../../../test/engines/docker.ts";
import { noSsh, type RunningSshd, startSshd } from "../../../test/engines/sshd.ts";
import { projectGrounds } from "../../../test/helpers/project-ground.ts";
import { makeCertificates, type TlsDoor, tlsDoor } from "../../../test/helpers/tls-door.ts";
import { platformContract } from "../platform-contract.ts";
import type { PlatformGround } from "../platform-contract.ts";
import { tarOf } from "../task-api/tar.ts";
import { containerName } from "./container-spec.ts";
import { DockerPlatform, type DockerPlatformOptions } from "./docker-platform.ts";
import { EngineApi } from "./engine-api.ts";

type Engine = Pick<DockerPlatformOptions, "host" | "tls" | "sshConfig">;

let docker: RunningDocker;

describe.skipIf(noDocker !== undefined)(
  `with a real Docker engine elsewhere${noDocker === undefined ? "" : ` (${noDocker})`}`,
  () => {
    beforeAll(async () => {
      docker = await startDocker();
    }, 300_000);
    afterAll(() => docker.stop(), 60_000);
    const makeProject = projectGrounds();

    interface RemoteGround extends PlatformGround {
      readonly flotilla: string;
      readonly openWith: (options: Partial<DockerPlatformOptions>) => DockerPlatform;
    }
    /** `way` leads to the shared engine as if it were far away. */
    const makeGround = async (way: Engine): Promise<RemoteGround> => {
      const { flotilla, artifacts, code, startAndDie } = await makeProject();
      const { image } = docker;
      const openWith = (options: Partial<DockerPlatformOptions>): DockerPlatform => {
        const platform = new DockerPlatform({
          directory: flotilla,
          artifacts,
          image,
          lookEveryMs: 200,
          ...way,
          ...options,
        });
        onTestFinished(() => platform.close());
        return platform;
      };
      return {
        flotilla,
        artifacts,
        code,
        beginsWithinMs: 5000,
        leftOf: async (id) => {
          const { status, body } = await ask("GET", `/containers/${containerName(id)}/top`);
          return status === 200 ? (JSON.parse(body) as { Processes: string[][] }).Processes : [];
        },
        makeFile: async (path, id) => {
          const empty = { path: path.slice(1), bytes: 0, read: async () => Buffer.alloc(0) };
          const archive = Readable.from(tarOf([empty]), { objectMode: false });
          const api = new EngineApi(docker.host);
          const where = `/containers/${containerName(id)}/archive?path=/`;
          expect(await api.send(where, archive, AbortSignal.timeout(10_000))).toMatchObject({ status: 200 });
        },
        open: () => openWith({}),
        openWith,
        startAndDie: (spec) => startAndDie(spec, { type: "containers", image, ...way }),
      };
    };
    const ask = (method: string, path: string, body?: unknown) => new EngineApi(docker.host).ask(method, path, body);

    const folder = mkdtempSync(join(tmpdir(), "flotilla-elsewhere-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    let door: TlsDoor;
    beforeAll(async () => {
      door = await tlsDoor(docker.host, makeCertificates(folder));
    });
    afterAll(() => door.leave());
    platformContract("docker over TCP with TLS", () => makeGround({ host: door.host, tls: door.tls }));

    describe.skipIf(noSsh !== undefined)(`over SSH${noSsh === undefined ? "" : ` (${noSsh})`}`, () => {
      let sshd: RunningSshd;
      beforeAll(async () => {
        sshd = await startSshd(docker.host, folder);
      });
      afterAll(() => sshd.stop());
      platformContract("docker over SSH", () => makeGround({ host: sshd.host, sshConfig: sshd.config }));
    });
  },
);
