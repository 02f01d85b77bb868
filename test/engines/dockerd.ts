import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Daemon } from "./daemon.ts";
import { askDocker } from "./docker-api.ts";
import { loadPythonImage } from "./docker-image.ts";
import { removeCgroup, unmountBelow } from "./machine.ts";
import type { Engine } from "./shared-engine.ts";

/**
 * A dockerd of our own, with a containerd of its own: it disturbs no other one of the machine. Its containers have no network or
 * that of the machine, since a bridge would change the machine's packet filters.
 */
export class Dockerd implements Engine {
  readonly name: string;
  /** `unix:///…` */
  readonly host: string;
  readonly #directory: string;
  readonly #daemon: Daemon;

  /** @param options.argv more of what it is told, such as where else to listen */
  constructor(options: { name: string; directory: string; argv?: readonly string[] }) {
    const { name, directory, argv = [] } = options;
    this.name = name;
    this.#directory = directory;
    this.host = `unix://${directory}/docker.sock`;
    this.#daemon = new Daemon({
      name: "dockerd",
      directory,
      argv: [
        "dockerd",
        "--host",
        this.host,
        ...["--data-root", join(directory, "data")],
        ...["--exec-root", join(directory, "exec")],
        ...["--pidfile", join(directory, "docker.pid")],
        ...["--cgroup-parent", `/${this.#cgroup}`],
        ...["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"],
        // Containers outlive their dockerd, as in production.
        "--live-restore",
        ...argv,
      ],
    });
  }

  get #cgroup(): string {
    return `flotilla-${this.name}`;
  }

  async isUp(): Promise<boolean> {
    try {
      return this.#daemon.pid !== undefined && (await askDocker(this.host, "GET", "/_ping")).status === 200;
    } catch {
      return false;
    }
  }

  /** It has the Python image from the beginning. */
  async start(): Promise<void> {
    await this.#startDaemon();
    await loadPythonImage(this.host);
  }

  async #startDaemon(): Promise<void> {
    this.#daemon.start();
    await this.#daemon.ready(() => this.isUp());
  }

  /** As for an upgrade: its containers go on, and the next start finds them again. */
  async leave(): Promise<void> {
    await this.#daemon.stop();
  }

  async stop(): Promise<void> {
    if (this.#everStarted()) {
      // What it has left running is known to it alone, so one that was killed is started once more.
      await this.#startDaemon();
      await this.#removeContainers();
      await this.#daemon.stop();
    }
    unmountBelow(this.#directory);
    removeCgroup(this.#cgroup);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #removeContainers(): Promise<void> {
    const all = (await askDocker(this.host, "GET", "/containers/json?all=1")).json<{ Id: string }[]>();
    await Promise.all(all.map(({ Id }) => askDocker(this.host, "DELETE", `/containers/${Id}?force=1&v=1`)));
  }

  #everStarted(): boolean {
    return existsSync(join(this.#directory, "data"));
  }
}
