import { numberArray, storable, textArray } from "../array-literal.ts";
import type { Database, Statement } from "../database.ts";

// The weight of the past is bounded at 1,000 samples, so that the mean follows when the work changes.
const upsertDurations: Statement = {
  name: "learn_durations",
  text: `insert into flotilla.step_duration as d (pipeline, step, mean_ms, weight)
    select $1, step, mean_ms, least(weight, 1000) from unnest($2::text[], $3::float8[], $4::float8[]) as u (step, mean_ms, weight) order by step
    on conflict (pipeline, step) do update set
      mean_ms = (d.mean_ms * d.weight + excluded.mean_ms * excluded.weight) / (d.weight + excluded.weight),
      weight = least(d.weight + excluded.weight, 1000)`,
};

const selectDurations: Statement = {
  name: "step_durations",
  text: "select step, mean_ms from flotilla.step_duration where pipeline = $1",
};

/** Takes samples into the mean of each step. If its answer is lost they may count twice, which a forecast bears. */
export async function learnDurations(
  database: Database,
  pipeline: string,
  samples: Readonly<Record<string, { count: number; meanMs: number }>>,
): Promise<void> {
  const steps = Object.entries(samples).filter(([, { count }]) => count > 0);
  if (steps.length === 0) return;
  const values = [
    storable(pipeline),
    textArray(steps, ([step]) => storable(step)),
    numberArray(steps, ([, { meanMs }]) => meanMs),
    numberArray(steps, ([, { count }]) => count),
  ];
  await database.query(upsertDurations, values);
}

export async function stepDurations(database: Database, pipeline: string): Promise<Readonly<Record<string, number>>> {
  const rows = await database.query<{ step: string; mean_ms: number }>(selectDurations, [storable(pipeline)]);
  return Object.fromEntries(rows.map(({ step, mean_ms }) => [step, mean_ms]));
}
