import { runStateNames, type RunState } from "../format/states.ts";
import { present } from "../run/run-search.ts";
import { listOf, oneOf, type Search } from "../shell/search.ts";

/** What the list of runs keeps in its address. */
export interface RunsSearch {
  readonly search?: string;
  readonly state?: readonly RunState[];
  readonly pipeline?: string;
}

export function readRunsSearch(search: Search): RunsSearch {
  return present({
    search: oneOf(search, "search"),
    state: listOf(search, "state").filter((name): name is RunState => runStateNames.includes(name as RunState)),
    pipeline: oneOf(search, "pipeline"),
  });
}
