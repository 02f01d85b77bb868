import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const sdk = fileURLToPath(new URL("./src/sdk/index.ts", import.meta.url));

export default defineConfig({
  test: {
    pool: "forks",
    // Suites start servers, supervisors and interpreters of their own: two at once fill a small machine.
    maxWorkers: 2,
    // Where nobody is there to look, one disturbance of the machine is not to cost the whole; `npm test` names what needed it.
    retry: process.env["CI"] === "true" ? 1 : 0,
    // Docker and Kubernetes, once for all test files.
    globalSetup: ["test/engines/global-setup.ts"],
    projects: [
      {
        extends: true,
        resolve: { alias: { flotilla: sdk } },
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "ui/src/**/*.test.ts", "test/**/*.test.{ts,mjs}", "examples/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/browser/**"],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        // A person's ways through the dashboard, in a real browser, from dist/.
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        extends: true,
        // Whole runs through the command line, from dist/: build first (`npm run build`).
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts", "ui/test/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
