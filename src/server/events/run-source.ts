import type { RunDetail, RunSummary } from "../../api/schemas/run.ts";
import type { EventData } from "../../api/schemas/event.ts";
import type { RunId } from "../../core/ids.ts";
import { runStateFacts, type TaskState, taskStates } from "../../core/task-state.ts";
import type { RunRow, Store } from "../../store/store.ts";
import type { Source } from "./feed.ts";

/** A tab gets at most four events a second of each kind. */
const busyMs = 250;
/** In a run that nobody drives only a person changes something, and of that a hint tells. */
const quietMs = 2_000;
/** More changed tasks than this are not named: the page reads anew what it shows. */
const mostTasks = 500;

export interface RunSourceOptions {
  readonly store: Pick<Store, "getRun" | "listTasks">;
  /** The run as the API shows it. */
  readonly describe: (run: RunId) => Promise<RunDetail>;
  readonly run: RunId;
}

/** What happens in one run. One look is one query as long as nothing happens. */
export class RunSource implements Source<"run"> {
  readonly name = "run";
  readonly #options: RunSourceOptions;
  #seen: RunRow | undefined;
  #everyMs = busyMs;

  constructor(options: RunSourceOptions) {
    this.#options = options;
  }

  get run(): string {
    return this.#options.run;
  }

  get everyMs(): number {
    return this.#everyMs;
  }

  async look(): Promise<EventData<"run"> | undefined> {
    const { store, run } = this.#options;
    const row = await store.getRun(run);
    const before = this.#seen;
    // A deleted run changes no more; the list of runs tells that it has gone.
    if (row === undefined) return undefined;
    this.#everyMs = row.leased && !runStateFacts[row.state].ended ? busyMs : quietMs;
    if (before === undefined || isSame(before, row)) {
      this.#seen = row;
      return undefined;
    }
    const event = await this.#describe(before.version);
    this.#seen = row;
    return event;
  }

  async #describe(sinceVersion: number): Promise<EventData<"run">> {
    const { store, describe, run } = this.#options;
    const [detail, changed] = await Promise.all([
      describe(run),
      store.listTasks(run, { sinceVersion, limit: mostTasks + 1 }),
    ]);
    const tasks = changed.map(({ step, task, state }) => [step, task, stateIndex[state]] as [number, number, number]);
    return {
      run: summaryOf(detail),
      steps: detail.steps.map(({ counts }) => counts),
      medianMs: detail.steps.map(({ medianMs }) => medianMs ?? null),
      ...(detail.perSecond === undefined ? {} : { perSecond: detail.perSecond }),
      ...(tasks.length > mostTasks ? {} : { tasks }),
      changedTasks: tasks.length,
    };
  }
}

const stateIndex = Object.fromEntries(taskStates.map((state, index) => [state, index])) as Record<TaskState, number>;

function isSame(before: RunRow, now: RunRow): boolean {
  return (
    before.version === now.version &&
    before.state === now.state &&
    before.leased === now.leased &&
    before.fence === now.fence
  );
}

/** Without what never changes and the page has already. */
function summaryOf(detail: RunDetail): RunSummary {
  const {
    description: _d,
    coverage: _c,
    dimensions: _n,
    steps: _s,
    edges: _e,
    leftOut: _l,
    perSecond: _p,
    actions: _a,
    ...summary
  } = detail;
  return summary;
}
