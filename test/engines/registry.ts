import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Daemon } from "./daemon.ts";
import { missingPrograms } from "./machine.ts";
import { stateFolder } from "./places.ts";
import { letGo, type Engine, use } from "./shared-engine.ts";

/** Engines push to loopback addresses, and pull from them, without TLS. */
export const registryAddress = "127.0.0.1:15080";

const directory = join(stateFolder, "registry");
const config = join(directory, "config.json");
const daemon = new Daemon({ name: "registry", directory, argv: ["docker-registry", "serve", config] });

export const registryPrograms = ["docker-registry"];

/** Why tests have no registry of images here; undefined when they have. */
export const noRegistry: string | undefined = missingPrograms("registry", registryPrograms);

/** The registry that everybody who tests on this machine shares. */
export const sharedRegistry: Engine = {
  name: "registry",

  async isUp() {
    if (daemon.pid === undefined) return false;
    return fetch(`http://${registryAddress}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    );
  },

  async start() {
    mkdirSync(directory, { recursive: true });
    const storage = { filesystem: { rootdirectory: join(directory, "data") }, delete: { enabled: true } };
    // It reads YAML, which JSON is.
    writeFileSync(config, JSON.stringify({ version: "0.1", storage, http: { addr: registryAddress } }));
    daemon.start();
    await daemon.ready(() => this.isUp());
  },

  async stop() {
    if (existsSync(directory)) await daemon.stop();
    rmSync(directory, { recursive: true, force: true });
  },
};

/** A real registry; a test gives its images a name of its own. */
export async function startRegistry(): Promise<{ address: string; stop(): Promise<void> }> {
  await use(sharedRegistry);
  return { address: registryAddress, stop: () => letGo(sharedRegistry) };
}
