import type pg from "pg";
import type { Json } from "../../core/json.ts";
import type { RunId } from "../../core/ids.ts";
import { retryClasses } from "../../core/retry-class.ts";
import { taskStates } from "../../core/task-state.ts";
import type { ColumnReader, TaskRange } from "../columns.ts";
import type { Database } from "../database.ts";
import { type RunRecord, toRunRow } from "../rows.ts";
import type { RunRow } from "../store.ts";
import { selectRun } from "./read-runs.ts";

/** Looks at a run's rows as columns, all as of one moment: in one transaction that only reads. */
export function readColumns<T>(
  database: Database,
  run: RunId,
  read: (reader: ColumnReader, row: RunRow) => Promise<T>,
): Promise<T | undefined> {
  return database.withClient(async (client) => {
    await client.query("begin isolation level repeatable read read only");
    try {
      const query = makeQuery(client, run);
      const [record] = await query<RunRecord>(selectRun.name, selectRun.text, []);
      return record === undefined ? undefined : await read(makeReader(query), toRunRow(record));
    } finally {
      // Nothing was changed; on a connection that broke there is nothing to end.
      await client.query("commit").catch(() => undefined);
    }
  });
}

const timeoutMs = 120_000;

/** `name` stands for one text for good: it is prepared once on each connection. */
type Query = <Row>(name: string, text: string, values: readonly unknown[]) => Promise<Row[]>;

function makeQuery(client: pg.ClientBase, run: RunId): Query {
  return async <Row>(name: string, text: string, values: readonly unknown[]): Promise<Row[]> => {
    const config = { name, text, values: [run, ...values], query_timeout: timeoutMs };
    return (await client.query(config)).rows as Row[];
  };
}

function makeReader(query: Query): ColumnReader {
  return {
    async tasks(range) {
      const { name, where, values } = rangeOf(range);
      const [record] = await query<TaskRecord>(`task_columns_${name}`, `select ${taskColumns} from ${where}`, values);
      const packed = ints(record!.packed);
      return {
        steps: ints(record!.step),
        tasks: ints(record!.task),
        states: Uint8Array.from(packed, (both) => both & 15),
        attempts: packed.map((both) => both >>> 4),
        readyAt: times(record!.ready_at),
        startedAt: times(record!.started_at),
        endedAt: times(record!.ended_at),
        withClass: record!.with_class,
      };
    },
    async failures(range) {
      const { name, where, values } = rangeOf(range);
      const text = `select class, coalesce(cause, '') as cause, ${agg("int4send(step)")} as step, ${agg("int4send(task)")} as task
        from ${where} and class is not null group by class, coalesce(cause, '')`;
      const records = await query<FailureRecord>(`failure_columns_${name}`, text, values);
      return records.map((record) => ({
        class: retryClasses.indexOf(record.class as (typeof retryClasses)[number]),
        cause: record.cause,
        steps: ints(record.step),
        tasks: ints(record.task),
      }));
    },
    async output({ name: output, type, ...range }) {
      const { name, where, values } = rangeOf(range);
      const next = `$${values.length + 2}`;
      const found =
        type === "string"
          ? `left(outputs #>> array[${next}, 'value'], ${longestText})`
          : `outputs #> array[${next}, 'value']`;
      const value = whereReadable("outputs", found);
      const text = `select ${agg("int4send(task)")} as task, json_agg(${value}) as value from ${where}`;
      const [record] = await query<{ task: Buffer | null; value: Json[] | null }>(
        `output_column_${type}_${name}`,
        text,
        [...values, output],
      );
      return { tasks: ints(record!.task), values: record!.value ?? [] };
    },
    async attempts(range) {
      const source = range.since === undefined ? attemptsInRange : attemptsSince;
      const { values } = rangeOf(range);
      const name = range.since === undefined ? "attempt_columns" : "attempt_columns_since";
      const [record] = await query<AttemptRecord>(name, `select ${attemptColumns} from ${source}`, values);
      return {
        steps: ints(record!.step),
        tasks: ints(record!.task),
        numbers: ints(record!.number),
        intendedAt: times(record!.intended_at),
        runningAt: times(record!.running_at),
        endedAt: times(record!.ended_at),
        workStartedAt: toTimes(record!.work_started_at),
        workEndedAt: toTimes(record!.work_ended_at),
      };
    },
  };
}

/** Texts longer than this are cut: a column is for sorting and colouring. */
const longestText = 200;

/**
 * What a page's rows say, one column after the other as bytes: one row comes back for a page, and a million tasks make
 * no objects. 0.5 s for 500,000 tasks, of which 0.1 s are ours; rows as objects would take eight times that. A state and the number
 * of attempts share an integer.
 */
const taskColumns = `${agg("int4send(step)")} as step, ${agg("int4send(task)")} as task,
  ${agg(`int4send(attempts << 4 | ${codeOf(taskStates)})`)} as packed,
  ${agg(timeOf("ready_at"))} as ready_at, ${agg(timeOf("started_at"))} as started_at, ${agg(timeOf("ended_at"))} as ended_at, count(class)::int as with_class`;

/** 2.5 s for 500,000 attempts: what the user's code said is looked for in the evidence of each. */
const attemptColumns = `${agg("int4send(step)")} as step, ${agg("int4send(task)")} as task, ${agg("int4send(number)")} as number,
  ${agg(timeOf("intended_at"))} as intended_at, ${agg(timeOf("running_at"))} as running_at, ${agg(timeOf("ended_at"))} as ended_at,
  json_agg(${whereReadable("evidence", "evidence -> 'startedAt'")}) as work_started_at,
  json_agg(${whereReadable("evidence", "evidence -> 'endedAt'")}) as work_ended_at`;

const attemptsInRange = "flotilla.attempt where run_id = $1 and (step, task) >= ($2, $3) and (step, task) < ($4, $5)";

/**
 * Attempts of tasks that have changed, and those that have not ended: they go on without a change of their task.
 * "offset 0" makes the planner look up one task after the other.
 */
const attemptsSince = `(
    select step, task from flotilla.task where run_id = $1 and version > $2
    union select step, task from flotilla.attempt where run_id = $1 and state <> 'ended'
  ) changed, lateral (
    select number, intended_at, running_at, ended_at, evidence from flotilla.attempt a
    where a.run_id = $1 and a.step = changed.step and a.task = changed.task offset 0
  ) found`;

interface TaskRecord {
  readonly step: Buffer | null;
  readonly task: Buffer | null;
  readonly packed: Buffer | null;
  readonly ready_at: Buffer | null;
  readonly started_at: Buffer | null;
  readonly ended_at: Buffer | null;
  readonly with_class: number;
}

interface FailureRecord {
  readonly class: string;
  readonly cause: string;
  readonly step: Buffer | null;
  readonly task: Buffer | null;
}

interface AttemptRecord extends Omit<TaskRecord, "packed" | "ready_at" | "started_at" | "with_class"> {
  readonly number: Buffer | null;
  readonly intended_at: Buffer | null;
  readonly running_at: Buffer | null;
  readonly work_started_at: Json[] | null;
  readonly work_ended_at: Json[] | null;
}

function rangeOf(range: TaskRange): { name: string; where: string; values: readonly unknown[] } {
  if (range.since !== undefined)
    return range.step === undefined
      ? { name: "since", where: "flotilla.task where run_id = $1 and version > $2", values: [range.since] }
      : {
          name: "step_since",
          where: "flotilla.task where run_id = $1 and version > $2 and step = $3",
          values: [range.since, range.step],
        };
  const { from, to } = range;
  return {
    name: "range",
    where: "flotilla.task where run_id = $1 and (step, task) >= ($2, $3) and (step, task) < ($4, $5)",
    values: [from.step, from.task, to.step, to.task],
  };
}

function agg(bytes: string): string {
  return `string_agg(${bytes}, ''::bytea)`;
}

function timeOf(column: string): string {
  return `float8send(coalesce(${column}, 'NaN'))`;
}

/** PostgreSQL looks into no document that holds a NUL or half of a surrogate pair, which a task may well have printed. */
function whereReadable(document: string, value: string): string {
  return `case when strpos(${document}::text, '\\u0000') = 0 and strpos(${document}::text, '\\ud') = 0 then ${value} end`;
}

/** The index of a state in `taskStates`; the commonest is asked for first. */
function codeOf(states: readonly string[]): string {
  const order = states.map((state, index) => ({ state, index })).toSorted((a, b) => rank(a.state) - rank(b.state));
  return `case state ${order.map(({ state, index }) => `when '${state}' then ${index}`).join(" ")} end`;
}

function rank(state: string): number {
  return state === "succeeded" ? 0 : 1;
}

function ints(bytes: Buffer | null): Int32Array {
  if (bytes === null) return new Int32Array(0);
  return new Int32Array(aligned(bytes.swap32()));
}

function times(bytes: Buffer | null): Float64Array {
  if (bytes === null) return new Float64Array(0);
  return new Float64Array(aligned(bytes.swap64()));
}

function aligned(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** Evidence is what was seen: anything but a number is no time. */
function toTimes(values: readonly Json[] | null): Float64Array {
  return Float64Array.from(values ?? [], (value) => (typeof value === "number" ? value : Number.NaN));
}
