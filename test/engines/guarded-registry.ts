import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Daemon } from "./daemon.ts";

/** Whom it lets in. The password goes by its name: a test looks for it where it may not be. */
export const keeper = { username: "keeper", password: "not-for-eyes" } as const;
const bcryptOfThat = "$2b$04$XUw7.iC8wts.5h./GilAe.8hBer.DdCWe/7mNgUcxSh.21cT3CCMi";

export interface GuardedRegistry {
  readonly address: string;
  stop(): Promise<void>;
}

/** A registry of a test's own that lets nobody in but its keeper. */
export async function startGuardedRegistry(): Promise<GuardedRegistry> {
  const directory = mkdtempSync(join(tmpdir(), "flotilla-registry-"));
  const address = `127.0.0.1:${await freePort()}`;
  const [config, htpasswd] = [join(directory, "config.json"), join(directory, "htpasswd")];
  writeFileSync(htpasswd, `${keeper.username}:${bcryptOfThat}\n`);
  const storage = { filesystem: { rootdirectory: join(directory, "data") } };
  const auth = { htpasswd: { realm: "tests", path: htpasswd } };
  writeFileSync(config, JSON.stringify({ version: "0.1", storage, auth, http: { addr: address } }));
  const daemon = new Daemon({ name: "guarded-registry", directory, argv: ["docker-registry", "serve", config] });
  daemon.start();
  await daemon.ready(() =>
    fetch(`http://${address}/v2/`).then(
      ({ status }) => status === 401,
      () => false,
    ),
  );
  const stop = async (): Promise<void> => {
    await daemon.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { address, stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
