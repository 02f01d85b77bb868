import * as z from "zod";
import type { Checked, ResponseOf } from "../../api/operations.ts";
import { makeAttemptId } from "../../core/ids.ts";
import type { RunRow, TaskRow } from "../../store/store.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { type KnownPlan, knownPlan } from "../plans/plan-book.ts";
import { runAt } from "../runs/find-run.ts";
import { findTask } from "../tasks/find-tasks.ts";
import { pickTasks } from "../tasks/pick-tasks.ts";
import type { Service, ServiceContext } from "./service.ts";

/** One request looks at no more than this; its cursor goes on. */
const mostBytes = 256 * 1024 * 1024;
const mostLogs = 2_000;
const mostMs = 1_000;
/** Between two looks at the clock. */
const pieceBytes = 32 * 1024 * 1024;
/** Long lines make large answers. */
const mostTextBytes = 2 * 1024 * 1024;

const whole = z.number().int().min(0);
/** The log that is searched next, and from where. */
const place = z.object({ step: whole, task: whole, attempt: whole, byte: whole });
type Place = z.output<typeof place>;
type Hit = ResponseOf<"searchLogs">["hits"][number];

/** Lines that hold a text, in the logs of all attempts of the selected tasks, in order of tasks, attempts and lines. */
export const searchLogs: Service<"searchLogs"> = async (context, request) => {
  const run = await runAt(context, request.run);
  const known = await knownPlan(context.store, run);
  const search = new Search(context, run, request);
  for await (const { row, at } of logsToSearch(context, run, known, request)) {
    const stopped = row === undefined ? search.pause(at) : await search.log(row, at);
    if (stopped !== undefined)
      return { hits: search.hits, next: encodeCursor(stopped), searchedBytes: search.searchedBytes };
  }
  return { hits: search.hits, searchedBytes: search.searchedBytes };
};

/** Each attempt of each selected task, from the place of the cursor on; without a row, where a page of tasks has ended. */
async function* logsToSearch(
  { store }: ServiceContext,
  run: RunRow,
  known: KnownPlan,
  request: Checked<"searchLogs">,
): AsyncGenerator<{ row: TaskRow | undefined; at: Place }> {
  const begin = decodeCursor(request.after, place);
  const only = request.task === undefined ? undefined : findTask(known.plan, known.topology, request.task);
  // The task of the cursor is looked at again; nothing lies before the very first.
  const after = begin === undefined ? undefined : { step: begin.step, task: begin.task - 1 };
  const pages =
    only === undefined
      ? pickTasks(store, run, known, request, { after })
      : [{ rows: await store.listTasks(run.id, { tasks: [only] }), last: only }];
  for await (const { rows, last } of pages) {
    for (const row of rows) {
      const isBegin = begin !== undefined && row.step === begin.step && row.task === begin.task;
      for (let attempt = isBegin ? begin.attempt : 1; attempt <= row.attempts; attempt++) {
        const byte = isBegin && attempt === begin.attempt ? begin.byte : 0;
        yield { row, at: { step: row.step, task: row.task, attempt, byte } };
      }
    }
    yield { row: undefined, at: { step: last.step, task: last.task + 1, attempt: 1, byte: 0 } };
  }
}

/** What one request has found, and how much it may still look at. */
class Search {
  readonly hits: Hit[] = [];
  searchedBytes = 0;
  readonly #context: ServiceContext;
  readonly #run: RunRow;
  readonly #request: Checked<"searchLogs">;
  readonly #endsAt = performance.now() + mostMs;
  #logs = 0;
  #textBytes = 0;

  constructor(context: ServiceContext, run: RunRow, request: Checked<"searchLogs">) {
    this.#context = context;
    this.#run = run;
    this.#request = request;
  }

  /** Where to go on, if that is enough for one request. */
  pause(at: Place): Place | undefined {
    return this.#isEnough || performance.now() > this.#endsAt ? at : undefined;
  }

  /** Searches a log; answers with where to go on if that is enough for one request. */
  async log({ ref }: TaskRow, at: Place): Promise<Place | undefined> {
    const { text, matchCase, limit } = this.#request;
    const id = makeAttemptId(this.#run.id, at.step, at.task, at.attempt);
    this.#logs++;
    for (let fromByte = at.byte; ;) {
      if (this.#isEnough) return { ...at, byte: fromByte };
      const found = await this.#context.logs.search(id, {
        text,
        matchCase,
        fromByte,
        mostHits: Math.min(limit - this.hits.length, 50),
        mostBytes: pieceBytes,
      });
      this.searchedBytes += found.searchedBytes;
      for (const { fromByte: from = 0, at: time, stream, text: line, partial } of found.hits) {
        this.#textBytes += line.length;
        this.hits.push({ at: time, stream, text: line, partial, task: ref, attempt: at.attempt, from });
      }
      if (found.nextByte === undefined) return undefined;
      fromByte = found.nextByte;
    }
  }

  get #isEnough(): boolean {
    return (
      this.hits.length >= this.#request.limit ||
      this.searchedBytes >= mostBytes ||
      this.#logs > mostLogs ||
      this.#textBytes >= mostTextBytes ||
      ((this.#logs > 1 || this.searchedBytes > 0) && performance.now() > this.#endsAt)
    );
  }
}
