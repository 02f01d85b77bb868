import { Engine } from "../engine/engine.ts";
import { systemClock } from "../engine/system-clock.ts";
import { LocalPlatform } from "../platforms/local/local-platform.ts";
import { NoopPlatform } from "../platforms/noop/noop-platform.ts";
import type { Platform } from "../platforms/platform.ts";
import { parseDuration, parseMemory } from "../sdk/quantities.ts";
import { FlotillaError } from "../core/errors.ts";
import { type Options, textOption } from "./command.ts";
import { isGone, makeEngineId } from "./engine-id.ts";
import type { Project } from "./open-project.ts";

/** An engine for this project on this machine, with the limits of the command line. */
export function makeEngine(project: Project, options: Options, more: { takeOrphans?: boolean } = {}): Engine {
  const grace = textOption(options, "grace");
  const graceMs = grace === undefined ? undefined : readQuantity("grace", grace, parseDuration);
  const platforms: Platform[] = [makeLocalPlatform(project, options, graceMs), new NoopPlatform()];
  return new Engine({
    store: project.store,
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
  const cpus = textOption(options, "cpus");
  const memory = textOption(options, "memory");
  return new LocalPlatform({
    directory: project.flotilla,
    artifacts: project.artifacts,
    ...(cpus === undefined ? {} : { cpus: readQuantity("cpus", cpus, positive) }),
    ...(memory === undefined ? {} : { memoryBytes: readQuantity("memory", memory, parseMemory) }),
    ...(graceMs === undefined ? {} : { graceMs }),
  });
}

/** A quantity from the command line; what cannot be read is wrong use. */
export function readQuantity(option: string, text: string, read: (text: string) => number): number {
  try {
    return read(text);
  } catch (cause) {
    throw new FlotillaError("USAGE", `--${option}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      mend: "see the command's --help",
    });
  }
}

export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${JSON.stringify(text)} is no number over 0`);
  return value;
}

export function wholeNumber(text: string): number {
  const value = positive(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${JSON.stringify(text)} is no whole number`);
  return value;
}
