import * as z from "zod";
import { matchRows, parseWhere } from "../../core/where.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { describeDimensions } from "../plans/describe-plan.ts";
import { knownPlan } from "../plans/plan-book.ts";
import { runAt } from "../runs/find-run.ts";
import type { Service } from "./service.ts";

const place = z.number().int().min(0);

/** The scenarios of a run that meet the conditions, in the order of their source. */
export const listScenarios: Service<"listScenarios"> = async (context, { run, where, after, limit }) => {
  const from = decodeCursor(after, place) ?? 0;
  const { plan } = await knownPlan(context.store, await runAt(context, run));
  const { columns, size } = plan.scenarios;
  const matching = where.length === 0 ? undefined : matchRows(plan.scenarios, where.map(parseWhere));
  const total = matching?.length ?? size;
  const shown = Math.max(0, Math.min(limit, total - from));
  const rows = Array.from({ length: shown }, (_, index) => {
    const row = matching?.[from + index] ?? from + index;
    return columns.map(({ values, codes }) => values[codes[row]!]!);
  });
  return {
    columns: describeDimensions(plan),
    rows,
    total,
    ...(from + shown < total ? { next: encodeCursor(from + shown) } : {}),
  };
};
