import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");

interface Finding {
  readonly filename: string;
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

/** One file per case, named by what it tries; the linter reads them all in one go. */
const forbidden: Readonly<Record<string, string>> = {
  "src/core/reads-store.ts": `export { x } from "../store/store.ts";`,
  "src/core/reads-disk.ts": `import "node:fs";`,
  "src/core/uses-package.ts": `import "pg";`,
  "src/core/uses-scoped-package.ts": `import "@scope/name";`,
  "src/core/reads-clock.ts": `export const at = Date.now();`,
  "src/core/makes-date.ts": `export const at = new Date();`,
  "src/core/draws.ts": `export const at = Math.random();`,
  "src/sdk/knows-engine.ts": `import "../engine/engine.ts";`,
  "src/sdk/kinds/knows-planner.ts": `import "../../planner/make-plan.ts";`,
  "src/planner/knows-store.ts": `import "../store/store.ts";`,
  "src/store/queries/knows-engine.ts": `import "../../engine/engine.ts";`,
  "src/store/knows-engine-lazily.ts": `export const load = async () => import("../engine/engine.ts");`,
  "src/artifacts/knows-platform.ts": `import type { P } from "../platforms/platform.ts"; export type Q = P;`,
  "src/platforms/local/knows-store.ts": `import "../../store/store.ts";`,
  "src/engine/knows-cli.ts": `import "../cli/main.ts";`,
  "src/engine/builds-store.ts": `import "../store/open-store.ts";`,
  "src/engine/builds-platform.ts": `import "../platforms/local/local-platform.ts";`,
  "src/engine/builds-artifacts.ts": `import "../artifacts/disk-store.ts";`,
  "src/engine/knows-server.ts": `import "../server/server.ts";`,
  "src/api/knows-store.ts": `import "../store/store.ts";`,
  "src/server/knows-cli.ts": `import "../cli/main.ts";`,
  "src/server/services/builds-store.ts": `import "../../store/open-store.ts";`,
  "src/server/services/evaluates.ts": `import "../../planner/bundle.ts";`,
  "ui/src/runs/knows-core.ts": `import "../../../src/core/plan.ts";`,
};

const allowed: Readonly<Record<string, string>> = {
  "src/core/uses-zod.ts": `import "zod"; import "./uses-nothing.ts";`,
  "src/core/uses-nothing.ts": `export const half = Math.floor(0.5);`,
  "src/core/clock.test.ts": `import "node:fs"; export const at = Date.now();`,
  "src/sdk/uses-core.ts": `import "../core/uses-nothing.ts";`,
  "src/planner/uses-sdk.ts": `import "../sdk/uses-core.ts";`,
  "src/store/uses-pg.ts": `import "pg"; import "../core/uses-nothing.ts";`,
  "src/platforms/local/uses-artifacts.ts": `import "../../artifacts/tree.ts"; import "../platform.ts";`,
  "src/engine/uses-interfaces.ts": `import "../store/store.ts"; import "../platforms/platform.ts"; import "../artifacts/artifact-store.ts";`,
  "src/api/uses-core.ts": `import "../core/uses-nothing.ts"; import "zod";`,
  "src/server/services/uses-interfaces.ts": `import "../../store/store.ts"; import "../../api/routes.ts"; import "../../planner/planner.ts";`,
  "ui/src/runs/uses-wire.ts": `import "../../../src/api/routes.ts";`,
  "src/cli/wires.ts": `import "../engine/engine.ts"; import "../store/open-store.ts"; import "../platforms/local/local-platform.ts";`,
};

describe("the lint rules", () => {
  let folder = "";
  let findings: readonly Finding[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "flotilla-arrows-"));
    copyFileSync(join(repository, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    for (const [name, text] of Object.entries({ ...forbidden, ...allowed })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), `${text}\n`);
    }
    const { stdout } = spawnSync(process.execPath, [join(repository, "node_modules/oxlint/bin/oxlint"), "-f", "json"], {
      cwd: folder,
      encoding: "utf8",
    });
    findings = (JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.entries(forbidden))("refuse %s, saying what to do instead", (name) => {
    const found = findings.filter(({ filename, code }) => filename === name && code.includes("no-restricted"));
    expect(found).toHaveLength(1);
    expect(`${found[0]!.message} ${found[0]!.help}`).toMatch(/Import |Pass |Take |Move /);
  });

  it.each(Object.entries(allowed))("allow %s", (name) => {
    expect(findings.filter(({ filename }) => filename === name)).toEqual([]);
  });
});
