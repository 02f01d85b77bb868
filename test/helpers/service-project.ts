import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { operations } from "../../src/api/operations.ts";
import { openDiskStore } from "../../src/artifacts/disk-store.ts";
import { makeEngineId, isGone } from "../../src/cli/engine-id.ts";
import { serviceContext } from "../../src/cli/service-context.ts";
import type { RunId } from "../../src/core/ids.ts";
import { Engine } from "../../src/engine/engine.ts";
import { systemClock } from "../../src/engine/system-clock.ts";
import { builtInProfiles } from "../../src/core/profile.ts";
import { LocalPlatform } from "../../src/platforms/local/local-platform.ts";
import { NoopPlatform } from "../../src/platforms/noop/noop-platform.ts";
import { localApi, type LocalApi } from "../../src/server/local-api.ts";
import type { ServiceContext } from "../../src/server/services/service.ts";
import type { RunRow } from "../../src/store/store.ts";
import { openTestStore } from "../../src/store/test-database.ts";

/** A project in a temporary folder with a store of its own and a real engine that takes every run there is. */
export interface ServiceProject {
  readonly folder: string;
  readonly context: ServiceContext;
  readonly api: LocalApi;
  readonly engine: Engine;
  /** Waits for a run to end. */
  ended(run: string): Promise<RunRow>;
  close(): Promise<void>;
}

/** The same, with each answer compared with what its operation promises: what went over a wire must come back as it was. */
function checkedAnswers(api: LocalApi): LocalApi {
  const checked = (Object.keys(api) as (keyof LocalApi)[]).map((name) => [
    name,
    async (request: never) => {
      const answer: unknown = await api[name](request);
      expect(operations[name].response.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
      return answer;
    },
  ]);
  return Object.fromEntries(checked) as LocalApi;
}

export async function openServiceProject(files: Readonly<Record<string, string>>): Promise<ServiceProject> {
  const folder = mkdtempSync(join(tmpdir(), "flotilla-services-test-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const flotilla = join(folder, ".flotilla");
  mkdirSync(flotilla);
  const opened = await openTestStore();
  const { store } = opened;
  const artifacts = openDiskStore(flotilla);
  const id = makeEngineId();
  const platforms = [new LocalPlatform({ directory: flotilla, artifacts, cpus: 2 }), new NoopPlatform()];
  const laptop = { name: "laptop", ...builtInProfiles["laptop"]! };
  const engine = new Engine({
    store,
    platforms: new Map(platforms.map((platform) => [platform.name, platform])),
    clock: systemClock,
    random: Math.random,
    id,
    isGone,
    takeOrphans: true,
  });
  await engine.start();
  const project = {
    directory: folder,
    flotilla,
    database: undefined,
    store,
    artifacts,
    profile: () => Promise.resolve(laptop),
  };
  const context = serviceContext(project, { version: "1.2.3", engine: id });
  return {
    folder,
    context,
    api: checkedAnswers(localApi(context, { by: "anna" })),
    engine,
    ended: (run) => engine.ended(run as RunId),
    async close() {
      await engine.stop();
      await opened.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
