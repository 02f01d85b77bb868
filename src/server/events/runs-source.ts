import type { Checked, ResponseOf } from "../../api/operations.ts";
import type { EventData } from "../../api/schemas/event.ts";
import type { RunSummary } from "../../api/schemas/run.ts";
import { type RunState, runStates, runStateFacts } from "../../core/task-state.ts";
import type { Source } from "./feed.ts";

type ListRuns = (request: Checked<"listRuns">) => Promise<ResponseOf<"listRuns">>;

const newest = 50;
const mostOpen = 500;
const openStates = runStates.filter((state: RunState) => !runStateFacts[state].ended);

/** What happens to runs as a whole: those that are open, and the newest. What is older and has ended stays as it is. */
export class RunsSource implements Source<"runs"> {
  readonly name = "runs";
  readonly everyMs = 1_000;
  readonly #listRuns: ListRuns;
  /** By id: the run as it was told last. */
  #known: ReadonlyMap<string, string> | undefined;

  constructor(listRuns: ListRuns) {
    this.#listRuns = listRuns;
  }

  async look(): Promise<EventData<"runs"> | undefined> {
    const [recent, open] = await Promise.all([
      this.#listRuns({ state: [], limit: newest }),
      this.#listRuns({ state: openStates, limit: mostOpen }),
    ]);
    const runs = new Map([...recent.runs, ...open.runs].map((run) => [run.id, run]));
    const before = this.#known;
    const known = new Map([...runs.values()].map((run) => [run.id, fingerprint(run)]));
    this.#known = known;
    if (before === undefined) return undefined;
    const gone = [...before.keys()].filter((id) => !known.has(id));
    const deleted = gone.filter((id) => isAmong(recent.runs, id));
    const changed = [...runs.values()].filter(({ id }) => before.get(id) !== known.get(id));
    // One that has left both lists has ended, and been overtaken by fifty newer ones: nothing about it is told any more.
    return changed.length === 0 && deleted.length === 0 ? undefined : { changed, deleted };
  }
}

/** Whether a run of this id would be among the newest, if it were still there: ids sort by the time they were made. */
function isAmong(recent: readonly RunSummary[], id: string): boolean {
  const oldest = recent.at(-1);
  return oldest === undefined || recent.length < newest || id > oldest.id;
}

/** What is worth an event. A forecast that creeps with the clock is not. */
function fingerprint({ version, state, driven, quarantined }: RunSummary): string {
  return `${version} ${state} ${driven} ${quarantined}`;
}
