import { type Binding, type Configuration, configuration, type Profile } from "../core/profile.ts";
import { FlotillaError } from "../core/errors.ts";
import { firstIssue } from "../core/first-issue.ts";
import { refuseUnknown } from "./refuse-unknown.ts";

export interface ProfileOptions {
  /** Real platforms by the names that steps use: `on: "gpu"`. */
  readonly platforms?: Readonly<Record<string, Binding>>;
  /** What becomes of a step on a name that is not bound: it runs on this machine, or is refused. `refused` if absent. */
  readonly others?: Profile["others"];
}

export interface ConfigOptions {
  /** One of the name `laptop`, `ci` or `production` takes the place of the one that is built in. */
  readonly profiles: Readonly<Record<string, ProfileOptions>>;
}

export interface ConfigDeclaration extends Configuration {
  readonly kind: "config";
}

/**
 * Declares which real platform stands behind each name that steps use; the default export of `flotilla.config.ts`, beside
 * the pipeline file.
 *
 *     export default config({ profiles: { laptop: { platforms: { cpu: local(), io: local({ slots: 4 }) } } } });
 *
 * Throws `CONFIG_INVALID`; the planner adds the line of the call.
 */
export function config(options: ConfigOptions): ConfigDeclaration {
  refuseUnknown("CONFIG_INVALID", "config()", options, ["profiles"]);
  const profiles = Object.entries(options.profiles ?? {}).map(([name, profile]) => [
    name,
    { platforms: {}, others: "refused", ...profile },
  ]);
  const read = configuration.safeParse({ profiles: Object.fromEntries(profiles) as unknown });
  if (read.success) return Object.freeze({ kind: "config", ...read.data });
  const { path, message } = firstIssue(read.error);
  throw new FlotillaError("CONFIG_INVALID", `${path || "config()"}: ${message}`, {
    place: { name: path },
    mend: "correct this member of the configuration",
  });
}
