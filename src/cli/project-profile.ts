import { existsSync } from "node:fs";
import { join } from "node:path";
import { didYouMean } from "../core/closest.ts";
import { FlotillaError } from "../core/errors.ts";
import { builtInProfiles, type Configuration, type NamedProfile, usualProfile } from "../core/profile.ts";
import { type Options, textOption } from "./command.ts";

export const configurationFile = "flotilla.config.ts";

/** Once per project and process: what plans and what drives must go by the same. */
const known = new Map<string, Promise<NamedProfile>>();

/**
 * The profile in use: of `--profile`, else of FLOTILLA_PROFILE, else `laptop`; from the project's configuration file, else
 * built in. Rejects with `PROFILE_UNKNOWN`, and with what evaluating the file ends with.
 */
export function profileOf(directory: string, options: Options): Promise<NamedProfile> {
  const name = textOption(options, "profile") ?? (process.env["FLOTILLA_PROFILE"] || usualProfile);
  const key = `${name} ${directory}`;
  const found = known.get(key) ?? readProfile(directory, name);
  known.set(key, found);
  return found;
}

async function readProfile(directory: string, name: string): Promise<NamedProfile> {
  const file = join(directory, configurationFile);
  const declared = existsSync(file) ? await readProfiles(file) : {};
  const profiles = { ...builtInProfiles, ...declared };
  if (Object.hasOwn(profiles, name)) return { name, ...profiles[name]! };
  const names = Object.keys(profiles);
  throw new FlotillaError("PROFILE_UNKNOWN", `there is no profile ${JSON.stringify(name)}`, {
    place: { file, name },
    mend: `there are ${names.join(", ")}.${didYouMean(name, names)} Others are declared in ${configurationFile}`,
  });
}

/** The planner is loaded only where there is a file to evaluate. */
async function readProfiles(file: string): Promise<Configuration["profiles"]> {
  const { readConfiguration } = await import("../planner/planner.ts");
  return (await readConfiguration({ file })).profiles;
}
