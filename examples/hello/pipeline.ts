// Three kinds of words, two sizes of model: six scenarios. For each of them a tiny model learns how such words are
// spelled, and invents new ones. Try `flotilla plan`, then `flotilla run`, then `flotilla artifacts page page`.
import { file, first, json, number, pipeline, python, scenarios, z } from "flotilla";

export default pipeline(
  "hello",
  {
    // Given on the command line as `--param count=10`; a wrong name or type is refused before anything runs.
    params: z.object({ count: z.number().int().min(1).max(100).default(4).describe("how many words to invent") }),
    // The table of scenarios: here every combination; larger ones come from a CSV file (`scenarios.fromCsv`).
    scenarios: scenarios.product({ kind: ["birds", "cheeses", "rivers"], memory: [1, 2] }),
    // Names for parts of the table: `flotilla run --select ci`.
    selections: { ci: first(1) },
  },
  ({ params, step }) => {
    // No `by`: one task, whatever the number of scenarios.
    const lists = step("lists", {
      run: python("hello:write_lists"),
      outputs: { lists: file("lists.json") },
    });

    // One task for each scenario. Its Python function gets `lists` (a path), `count`, `kind` and `memory` by name.
    const model = step("invent", {
      by: ["kind", "memory"],
      run: python("hello:invent"),
      inputs: { lists: lists.outputs.lists, count: params.count },
      outputs: {
        words: json(),
        surprise: number({ description: "bits a letter of words it has not seen; less is better" }),
      },
    });

    // One task again, which collects what all six have made.
    step("page", {
      run: python("hello:write_page"),
      inputs: { words: model.outputs.words.collect(), surprise: model.outputs.surprise.collect() },
      outputs: { page: file("words.md") },
    });
  },
);
