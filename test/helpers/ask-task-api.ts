import { onTestFinished } from "vitest";
import { snapshotCode } from "../../src/artifacts/code-snapshot.ts";
import type { ArtifactStore } from "../../src/artifacts/artifact-store.ts";
import { openDiskStore } from "../../src/artifacts/disk-store.ts";
import { temporaryFolder } from "../../src/artifacts/temporary-folder.ts";
import type { Digest } from "../../src/core/ids.ts";
import type { AttemptSpec, Report } from "../../src/platforms/platform.ts";
import type { TaskApiLimits } from "../../src/platforms/task-api/limits.ts";
import { TaskApi } from "../../src/platforms/task-api/task-api.ts";
import { makeSpec } from "../../src/platforms/test-spec.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Told {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** A task API that listens, and whoever asks it. */
export interface TaskApiGround {
  readonly api: TaskApi;
  readonly flotilla: string;
  readonly artifacts: ArtifactStore;
  readonly code: Digest;
  readonly reports: Report[];
  readonly makeSpec: (more?: Partial<AttemptSpec>) => AttemptSpec;
  /** Lets it in and gives its token. */
  readonly admit: (spec: AttemptSpec) => Promise<string>;
  readonly ask: (
    token: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Told>;
  /** Another process of ours on the same project. */
  readonly another: () => Promise<TaskApiGround>;
}

export async function openTaskApi(limits: Partial<TaskApiLimits> = {}): Promise<TaskApiGround> {
  const project = temporaryFolder();
  writeFileSync(join(project, "tasks.py"), "def work(): pass\n");
  const artifacts = openDiskStore(join(project, ".flotilla", "artifacts"));
  const { digest: code } = await snapshotCode(artifacts, project);
  return openOn(join(project, ".flotilla"), artifacts, code, limits);
}

async function openOn(
  flotilla: string,
  artifacts: ArtifactStore,
  code: Digest,
  limits: Partial<TaskApiLimits>,
): Promise<TaskApiGround> {
  const api = new TaskApi({ directory: flotilla, artifacts, limits });
  onTestFinished(() => api.close());
  const reports: Report[] = [];
  api.onReport((report) => reports.push(report));
  const { port } = await api.listen({ host: "127.0.0.1", port: 0 });
  return {
    api,
    flotilla,
    artifacts,
    code,
    reports,
    makeSpec: (more = {}) => makeSpec({ code, ...more }),
    admit: async (spec) => (await api.admit(spec)).env["FLOTILLA_TOKEN"]!,
    ask: async (token, method, path, body, headers = {}) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { ...(token === "" ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(body === undefined ? {} : { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
      });
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    },
    another: () => openOn(flotilla, artifacts, code, limits),
  };
}

/** As a runner hands in the end of a task that ended well. */
export function handIn(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const exit = {
    protocol: 1,
    exitCode: 0,
    completed: true,
    result: { completed: true, values: {} },
    startedAt: 1,
    endedAt: 2,
  };
  return { host: "elsewhere", logBytes: 0, progressBytes: 0, changedInputs: [], exit, ...more };
}
