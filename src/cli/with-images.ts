import { homedir } from "node:os";
import { join } from "node:path";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { defined } from "../core/defined.ts";
import { EngineApi } from "../platforms/docker/engine-api.ts";
import { BuildingPlatform } from "../platforms/images/building-platform.ts";
import { dockerLogins } from "../platforms/images/docker-config.ts";
import { ImageAttempts } from "../platforms/images/image-attempts.ts";
import { ImageBuilder } from "../platforms/images/image-builder.ts";
import type { Logins } from "../platforms/images/registry-login.ts";
import type { Platform } from "../platforms/platform.ts";

interface Place {
  readonly directory: string;
  readonly artifacts: ArtifactStore;
  /** The engine that builds. */
  readonly host: string;
  readonly registry: string | undefined;
  readonly buildNetwork: string | undefined;
}

/** A platform of containers that also makes the images of its steps. */
export function withImages(platform: Platform, place: Place): Platform {
  const { directory, artifacts, host, registry, buildNetwork: network } = place;
  const engine = new EngineApi(host);
  const builder = new ImageBuilder({ engine, artifacts, logins: usualLogins(), ...defined({ registry, network }) });
  return new BuildingPlatform(platform, new ImageAttempts(directory, builder));
}

/** As for other clients of Docker. */
export function usualLogins(): Logins {
  return dockerLogins(process.env["DOCKER_CONFIG"] || join(homedir(), ".docker"));
}
