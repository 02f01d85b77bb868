import { FlotillaError } from "../core/errors.ts";
import type { Options } from "./command.ts";

const names = ["cpus", "memory", "advertise", "grace", "profile"];

/** The options for an engine in this process, as they stand on a command line. */
export function engineArguments(options: Options): string[] {
  return names.flatMap((name) => (typeof options[name] === "string" ? [`--${name}`, options[name]] : []));
}

/** Throws `USAGE` where an engine of this process is told something, and a server drives the runs. */
export function refuseEngineOptions(options: Options): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new FlotillaError("USAGE", `--${given} is for an engine in this process, and a server drives the runs`, {
    place: { name: `--${given}` },
    mend: `give it to flotilla up, or end that server first`,
  });
}
