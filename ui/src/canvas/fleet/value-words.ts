import type { FleetColour } from "../props.ts";
import { measured } from "../shared/format.ts";
import { states } from "../shared/states.ts";
import { numberMarks, numberOf, stateMarks } from "./decode-tile.ts";
import type { Tile } from "./tile.ts";

/** What a cell shows, in words. */
export function valueInWords(value: number | undefined, tile: Tile | undefined, colour: FleetColour): string {
  if (value === undefined || tile === undefined) return "loading";
  if (tile.by === "state") {
    if (value === stateMarks.none) return "no task";
    return states[value] ?? "outside the filter";
  }
  if (value === numberMarks.none) return "no task";
  const number = numberOf(value, tile.about);
  return number === undefined ? "no number" : measured(number, colour.by === "number" ? colour.unit : undefined);
}
