import { Engine, type EngineOptions } from "../engine/engine.ts";
import { systemClock } from "../engine/system-clock.ts";
import { type Options, quantityOption, textOption } from "./command.ts";
import { isGone, makeEngineId } from "./engine-id.ts";
import { makePlatforms } from "./make-platforms.ts";
import type { Project } from "./open-project.ts";
import { openTracing } from "./open-tracing.ts";
import { profileOf } from "./project-profile.ts";

/**
 * An engine for this project on this machine, with the limits of the command line; traced where the environment asks for
 * that. Rejects with `USAGE` when what tracing needs is missing, and with what reading the profile or building its platforms
 * ends with.
 */
export async function makeEngine(
  project: Project,
  options: Options,
  more: Partial<Pick<EngineOptions, "id" | "takeOrphans" | "onFault" | "onWait">> = {},
): Promise<Engine> {
  const tracing = await openTracing();
  if (tracing !== undefined) project.beforeClose.add(tracing.close);
  const graceMs = quantityOption(options, "grace", "duration");
  const profile = await profileOf(project.directory, options);
  const cpus = quantityOption(options, "cpus", "positive");
  const memoryBytes = quantityOption(options, "memory", "size");
  const platforms = await makePlatforms(project, profile, {
    graceMs,
    cpus,
    memoryBytes,
    advertise: textOption(options, "advertise"),
  });
  return new Engine({
    store: tracing?.store(project.store) ?? project.store,
    ...(tracing === undefined ? {} : { traceparentOf: tracing.traceparentOf }),
    platforms: new Map(platforms.map((platform) => [platform.name, platform])),
    profile: profile.name,
    clock: systemClock,
    random: Math.random,
    id: makeEngineId(),
    isGone,
    ...(graceMs === undefined ? {} : { graceMs }),
    ...more,
  });
}
