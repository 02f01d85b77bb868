import { FlotillaError, type ErrorCode, type Place } from "./errors.ts";

/** Where something in a scenario source is wrong. */
export interface ScenarioPlace {
  readonly file?: string | undefined;
  readonly unit?: "line" | "row";
  readonly number?: number;
  readonly column?: string;
}

/** An error about a scenario source; `what` follows the place: `line 7 of fleet.csv: …`. */
export function scenarioError(
  what: string,
  at: ScenarioPlace,
  { code = "SCENARIOS_INVALID", mend }: { code?: ErrorCode; mend?: string } = {},
): FlotillaError {
  const place: Place = {
    ...(at.file === undefined ? {} : { file: at.file }),
    ...(at.unit === "line" && at.number !== undefined ? { line: at.number } : {}),
    ...(at.column === undefined ? {} : { name: at.column }),
  };
  return new FlotillaError(code, `${describePlace(at)}: ${what}`, { place, ...(mend === undefined ? {} : { mend }) });
}

function describePlace({ file, unit, number }: ScenarioPlace): string {
  const source = file ?? "the scenarios";
  return unit === undefined || number === undefined ? source : `${unit} ${number} of ${source}`;
}

/** A value within a message: quoted if it is text, cut if it is long. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}… (${text.length} characters)`;
}
