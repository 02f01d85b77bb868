import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { noDocker, startDocker } from "./docker.ts";
import { askDocker } from "./docker-api.ts";
import { noRegistry, startRegistry } from "./registry.ts";

const missing = noDocker ?? noRegistry;
const reason = missing === undefined ? "" : ` (${missing})`;

it.skipIf(missing !== undefined)(
  `an image is pushed, and pulled by its digest${reason}`,
  { timeout: 120_000 },
  async () => {
    const docker = await startDocker();
    const registry = await startRegistry();
    const name = `${registry.address}/${randomUUID()}`;
    const auth = { auth: Buffer.from("{}").toString("base64") };
    try {
      await askDocker(docker.host, "POST", `/images/${encodeURIComponent(docker.image)}/tag?repo=${name}&tag=1`);
      await askDocker(docker.host, "POST", `/images/${name}/push?tag=1`, auth);
      const pushed = (await askDocker(docker.host, "GET", `/images/${name}:1/json`)).json<{ RepoDigests: string[] }>();
      const [digest] = pushed.RepoDigests.filter((one) => one.startsWith(`${name}@sha256:`));
      await askDocker(docker.host, "DELETE", `/images/${name}:1`);

      const pulled = await askDocker(docker.host, "POST", `/images/create?fromImage=${encodeURIComponent(digest!)}`);

      expect(pulled.body.toString()).toContain("Digest: sha256:");
      expect((await askDocker(docker.host, "GET", `/images/${digest}/json`)).status).toBe(200);
      await askDocker(docker.host, "DELETE", `/images/${digest}`);
    } finally {
      await registry.stop();
      await docker.stop();
    }
  },
);
