import { Engine, type EngineOptions } from "../engine/engine.ts";
import { systemClock } from "../engine/system-clock.ts";
import { LocalPlatform } from "../platforms/local/local-platform.ts";
import { NoopPlatform } from "../platforms/noop/noop-platform.ts";
import type { Platform } from "../platforms/platform.ts";
import { type Options, quantityOption } from "./command.ts";
import { isGone, makeEngineId } from "./engine-id.ts";
import type { Project } from "./open-project.ts";
import { openTracing } from "./open-tracing.ts";

/**
 * An engine for this project on this machine, with the limits of the command line; traced where the environment asks for
 * that. Rejects with `USAGE` when what tracing needs is missing.
 */
export async function makeEngine(
  project: Project,
  options: Options,
  more: Partial<Pick<EngineOptions, "id" | "takeOrphans" | "onFault" | "onWait">> = {},
): Promise<Engine> {
  const tracing = await openTracing();
  if (tracing !== undefined) project.beforeClose.add(tracing.close);
  const graceMs = quantityOption(options, "grace", "duration");
  const platforms: Platform[] = [makeLocalPlatform(project, options, graceMs), new NoopPlatform()];
  return new Engine({
    store: tracing?.store(project.store) ?? project.store,
    ...(tracing === undefined ? {} : { traceparentOf: tracing.traceparentOf }),
    platforms: new Map(platforms.map((platform) => [platform.name, platform])),
    clock: systemClock,
    random: Math.random,
    id: makeEngineId(),
    isGone,
    ...(graceMs === undefined ? {} : { graceMs }),
    ...more,
  });
}

function makeLocalPlatform(project: Project, options: Options, graceMs: number | undefined): LocalPlatform {
  const cpus = quantityOption(options, "cpus", "positive");
  const memoryBytes = quantityOption(options, "memory", "size");
  return new LocalPlatform({
    directory: project.flotilla,
    artifacts: project.artifacts,
    ...(cpus === undefined ? {} : { cpus }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(graceMs === undefined ? {} : { graceMs }),
  });
}
