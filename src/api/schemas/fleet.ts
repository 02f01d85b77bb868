import * as z from "zod";
import { several, runRef, taskSelection, text, whole } from "./common.ts";

/**
 * The heat-map of one step: rows and columns are the combinations of values of some dimensions that occur, in key order.
 * A cell is one task when every dimension of the step is on an axis, else several.
 */
const picture = {
  run: runRef,
  step: text,
  /** Dimensions down and across. Those on neither are gathered in the cells. */
  rows: several(text),
  columns: several(text),
};

export const getFleetAxes = {
  request: z.strictObject({
    ...picture,
    from: whole().default(0),
    limit: whole({ least: 1, most: 2_000 }).default(500),
  }),
  response: z
    .object({
      /** How many there are. */
      height: z.number().int(),
      width: z.number().int(),
      /** Labels of the asked-for stretch on each axis: one text per dimension. */
      rows: z.array(z.array(z.string())),
      columns: z.array(z.array(z.string())),
      /** What cells can be coloured by: `state`, `duration`, `attempts`, `output:NAME` …, with a unit where there is one. */
      colours: z.array(z.object({ by: z.string(), title: z.string(), unit: z.string().optional() })),
    })
    .meta({ id: "FleetAxes" }),
};

export const getFleetTile = {
  request: z.strictObject({
    ...picture,
    ...taskSelection,
    step: text,
    /** `state`, `duration`, `attempts`, `output:NAME`. */
    by: text.default("state"),
    /** The part wanted, in cells. */
    left: whole().default(0),
    top: whole().default(0),
    width: whole({ least: 1, most: 1_000_000 }).optional(),
    height: whole({ least: 1, most: 1_000_000 }).optional(),
    /** At most so many values across and down: neighbours are gathered when there are more cells. */
    across: whole({ least: 1, most: 4_096 }).default(1_024),
    down: whole({ least: 1, most: 4_096 }).default(1_024),
  }),
  response: z
    .object({
      /** The run's version that this shows. */
      version: z.number().int(),
      left: z.number().int(),
      top: z.number().int(),
      width: z.number().int(),
      height: z.number().int(),
      /** Values across and down; each gathers `width / across` by `height / down` cells. */
      across: z.number().int(),
      down: z.number().int(),
      /**
       * Base64, row by row. By state: a byte, the index in `taskStates` of the state that matters most in the cell; 255
       * where there is no task, 254 where there are only tasks outside the filter. By number: 16 bits, little-endian, from 0
       * (`least`) to 65,533 (`most`); 65,535 where there is no task, 65,534 where there is no number.
       */
      cells: z.string(),
      /** The range of the whole step, so that colours do not change as one moves. */
      least: z.number().optional(),
      most: z.number().optional(),
      /** Values at tenths, for a legend that shows where most of them are. */
      quantiles: z.array(z.number()).optional(),
      /** The tasks that lie furthest out. */
      outliers: z
        .array(z.object({ ref: z.string(), row: z.number(), column: z.number(), value: z.number() }))
        .optional(),
    })
    .meta({ id: "FleetTile" }),
};
