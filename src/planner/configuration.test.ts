import { join } from "node:path";
import { expect, it } from "vitest";
import { FlotillaError } from "../core/errors.ts";
import type { Configuration } from "../core/profile.ts";
import { readConfiguration } from "./planner.ts";
import { testProject } from "./test-project.ts";

const imports = `import { config, docker, kubernetes, local, secret } from "flotilla";\n`;

function read(text: string, options: { timeoutMs?: number } = {}): Promise<Configuration> {
  const { folder } = testProject("", { "flotilla.config.ts": text });
  return readConfiguration({ file: join(folder, "flotilla.config.ts"), ...options });
}

async function refused(text: string, options: { timeoutMs?: number } = {}): Promise<FlotillaError> {
  const thrown = await read(text, options).then(
    () => new Error("it was read"),
    (error: unknown) => error,
  );
  if (thrown instanceof FlotillaError) return thrown;
  throw thrown;
}

it("is read to plain data, sizes in bytes", async () => {
  const text = `${imports}export default config({ profiles: {
    laptop: { platforms: { cpu: local(), io: local({ cpus: "500m", memory: "1Gi", slots: 4 }) }, others: "local" },
    production: { platforms: {
      gpu: docker({ image: "python:3.12", network: "none", sharedMemory: "64Mi", volumes: [{ from: "/data", to: "/data" }] }),
      big: kubernetes({
        namespace: "ml", nodeSelector: { disk: "fast" }, ephemeralStorage: "10Gi", startWithin: "2h", idle: "10m",
        env: { REGION: "eu", TOKEN: secret("api", "token") }, volumes: [{ persistentVolumeClaim: "data", to: "/data" }],
        overrides: { labels: { team: "a" } }, resources: ["ray.io/v1/RayJob"],
      }),
    } },
  } });`;
  expect(await read(text)).toEqual({
    profiles: {
      laptop: {
        platforms: { cpu: { type: "local" }, io: { type: "local", cpus: 0.5, memoryBytes: 2 ** 30, slots: 4 } },
        others: "local",
      },
      production: {
        platforms: {
          gpu: {
            type: "docker",
            image: "python:3.12",
            network: "none",
            sharedMemoryBytes: 2 ** 26,
            volumes: [{ from: "/data", to: "/data" }],
          },
          big: {
            type: "kubernetes",
            namespace: "ml",
            nodeSelector: { disk: "fast" },
            resources: ["ray.io/v1/RayJob"],
            ephemeralStorageBytes: 10 * 2 ** 30,
            startWithinMs: 7_200_000,
            idleMs: 600_000,
            env: { REGION: "eu", TOKEN: { kind: "secret", name: "api", key: "token" } },
            volumes: [{ persistentVolumeClaim: "data", to: "/data" }],
            overrides: { labels: { team: "a" } },
          },
        },
        others: "refused",
      },
    },
  });
});

interface Wrong {
  readonly title: string;
  readonly text: string;
  readonly code: string;
  readonly says: RegExp;
  readonly line?: number;
}

const mine = (binding: string): string =>
  `${imports}export default config({ profiles: { mine: { platforms: { cpu: ${binding} } } } } as any);`;

it.each<Wrong>([
  {
    title: "a file that does not compile",
    text: "\nconst = 1;",
    code: "PIPELINE_SYNTAX",
    says: /config\.ts:2/,
    line: 2,
  },
  {
    title: "a file that throws",
    text: `\nthrow new Error("no luck");`,
    code: "PIPELINE_THREW",
    says: /no luck/,
    line: 2,
  },
  { title: "a file that exits", text: "process.exit(0);", code: "PIPELINE_EXITED", says: /config\.ts:1/, line: 1 },
  {
    title: "a file that exports nothing",
    text: "export {};",
    code: "CONFIG_INVALID",
    says: /default export.*config\(/s,
  },
  {
    title: "an option that config() has not",
    text: `${imports}config({ profils: {} } as any);`,
    code: "CONFIG_INVALID",
    says: /profils.*profiles/s,
    line: 2,
  },
  {
    title: "an option that local() has not",
    text: mine(`local({ cpu: 4 } as any)`),
    code: "CONFIG_INVALID",
    says: /no option cpu.*cpus/s,
    line: 2,
  },
  {
    title: "a memory that is none",
    text: mine(`local({ memory: "much" })`),
    code: "CONFIG_INVALID",
    says: /much.*512Mi/s,
    line: 2,
  },
  {
    title: "a kind without a group among the resources",
    text: mine(`kubernetes({ resources: ["v1/Pod"] })`),
    code: "CONFIG_INVALID",
    says: /cpu\.resources\.0.*batch\/v1\/Job/s,
  },
  {
    title: "a kind that hands out rights among the resources",
    text: mine(`kubernetes({ resources: ["rbac.authorization.k8s.io/v1/RoleBinding"] })`),
    code: "CONFIG_INVALID",
    says: /hand out rights/,
  },
  {
    title: "no slots",
    text: mine("local({ slots: 0 })"),
    code: "CONFIG_INVALID",
    says: /profiles\.mine\.platforms\.cpu\.slots/,
    line: 2,
  },
  {
    title: "a binding that is none",
    text: mine(`"docker"`),
    code: "CONFIG_INVALID",
    says: /profiles\.mine\.platforms\.cpu/,
    line: 2,
  },
  ...[
    ["a namespace that is no DNS label", `kubernetes({ namespace: "My_Space" })`, /cpu\.namespace: is no DNS label/],
    ["a service account of no name", `kubernetes({ serviceAccount: "Admin!" })`, /cpu\.serviceAccount: is no name/],
    [
      "a pod that has the node",
      `kubernetes({ overrides: { privileged: true } } as any)`,
      /give the task the whole node/,
    ],
    ["a foreign service account", `kubernetes({ overrides: { serviceAccountName: "x" } } as any)`, /somebody else's/],
    ["the disk of a node", `kubernetes({ volumes: [{ hostPath: "/", to: "/x" }] } as any)`, /volumes\.0: is no volume/],
    [
      "the same hidden in the overrides",
      `kubernetes({ overrides: { volumes: [{ name: "x", hostPath: { path: "/" } }] } } as any)`,
      /hostPath would let the task into the disk of the node/,
    ],
    [
      "a volume in a place of ours",
      `kubernetes({ volumes: [{ secret: "x", to: "/flotilla/" }] })`,
      /is no volume|kept for us/,
    ],
    [
      "two volumes in one place",
      `kubernetes({ volumes: [{ secret: "x", to: "/x" }, { configMap: "y", to: "/x" }] })`,
      /two volumes are to be mounted at "\/x"/,
    ],
    ["a variable of ours", `kubernetes({ env: { FLOTILLA_TOKEN: "x" } })`, /kept for us/],
    ["a silence shorter than a heartbeat", `kubernetes({ idle: "5s" })`, /give it a minute at least/],
    ["a time that is none", `kubernetes({ startWithin: "soon" })`, /soon.*is not a time/],
    ["a secret of no name", `kubernetes({ secrets: { X: secret("My Secret", "k") } })`, /secret\(\).*My Secret/],
    [
      "a secret without a place",
      `docker({ secrets: { X: secret("db", "k") } })`,
      /does not say where the secret db \(k\)/,
    ],
    ["a place that is none", `docker({ secretSources: { db: { k: "hunter2" } } } as any)`, /no place of a secret/],
    ["half a card", `docker({ gpus: 0.5 })`, /cpu\.gpus/],
  ].map(([title, binding, says]) => ({
    title: title as string,
    text: mine(binding as string),
    code: "CONFIG_INVALID",
    says: says as RegExp,
    line: 2,
  })),
  {
    title: "an option that docker() has not",
    text: mine(`docker({ imgae: "x" } as any)`),
    code: "CONFIG_INVALID",
    says: /imgae/,
    line: 2,
  },
])("$title is refused with its place and the mend", async ({ text, code, says, line }) => {
  const error = await refused(text);
  expect(error.code).toBe(code);
  expect(`${error.message} ${error.mend}`).toMatch(says);
  expect(error.mend).toBeTruthy();
  expect(error.place.file).toMatch(/flotilla\.config\.ts$/);
  if (line !== undefined) expect(error.place.line).toBe(line);
});

it("a file that never ends is ended, with the line that it was at", async () => {
  const error = await refused(`\nwhile (true) {}`, { timeoutMs: 500 });
  expect(error).toMatchObject({ code: "PIPELINE_TIMEOUT", place: { line: 2 } });
});
