/** A small fleet whose tasks write files, print, yield values and, for one market, fail. */
export const fleet: Readonly<Record<string, string>> = {
  "pipeline.ts": `
import { file, folder, json, node, number, pipeline, representative, scenarios, shell, string, z } from "flotilla";

export default pipeline("fleet", {
  description: "Models of markets",
  params: z.object({
    broken: z.string().default("").describe("the market that fails"),
    depth: z.number().int().default(3),
  }),
  scenarios: scenarios.product({ market: ["at", "be", "ch"], month: [1, 2] }, { ordered: ["month"] }),
  selections: { pr: representative(2) },
}, ({ params, step }) => {
  const data = step("extract", {
    run: shell.script('printf "a,b\\\\n1,2\\\\n3,4\\\\n" > "$table"; mkdir -p "$parts/deep"; echo one > "$parts/one.txt"; echo two > "$parts/deep/two.txt"'),
    outputs: { table: file("table.csv"), parts: folder("parts") },
  });
  const model = step("train", {
    by: ["market", "month"],
    run: node("./tasks.mjs:train"),
    inputs: { table: data.outputs.table, broken: params.broken, depth: params.depth },
    outputs: { score: number(), note: string(), all: json() },
    resources: { cpu: 1, memory: "256Mi" },
  });
  step("report", {
    run: node("./tasks.mjs:report"),
    inputs: { scores: model.outputs.score.collect() },
    outputs: { best: number() },
  });
});
`,
  "tasks.mjs": `
export function train({ market, month, broken, depth }) {
  console.log("training " + market + " " + month);
  for (let epoch = 1; epoch <= depth; epoch++) console.log("epoch " + epoch);
  console.error("warning of " + market);
  if (market === broken) throw new TypeError("no data for " + market);
  return { score: month + market.charCodeAt(0), note: "trained " + market, all: { __proto__: null, market, big: "x".repeat(100000) } };
}
export function report({ scores }) {
  return { best: Math.max(...scores.map((row) => row.scores)) };
}
`,
};
