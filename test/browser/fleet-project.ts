/** A small fleet that trains 36 models, of which those of one carrier fail until the code is mended. */
export const pipelineFile = `
import { file, first, json, number, pipeline, python, scenarios, z } from "flotilla";
export default pipeline("delays", {
  description: "How late will it be?",
  params: z.object({
    lateMinutes: z.number().int().min(1).default(15).describe("so many minutes behind schedule is late"),
    compare: z.boolean().default(true),
  }),
  scenarios: scenarios.product({ origin: ["EWR", "JFK", "LGA"], carrier: ["AA", "B6", "OO", "UA"], month: [1, 2, 3] }),
  selections: { pr: first(4) },
}, ({ params, step }) => {
  const data = step("extract", { run: python("delays:extract"), outputs: { flights: file("flights.csv") } });
  const model = step("train", {
    by: ["origin", "carrier", "month"],
    run: python("delays:train"),
    inputs: { flights: data.outputs.flights, lateMinutes: params.lateMinutes },
    outputs: { model: file("model.txt"), error: number() },
    resources: { cpu: 0.25, memory: "32Mi" },
  });
  const best = params.compare
    ? step("compare", { by: ["origin", "carrier"], run: python("delays:compare"), inputs: { error: model.outputs.error.collect() }, outputs: { best: number() } })
    : undefined;
  if (best) step("report", { run: python("delays:report"), inputs: { best: best.outputs.best.collect() }, outputs: { table: json() } });
});
`;

const fault = `
    if carrier == "OO":
        raise ValueError(f"not enough flights in {20 + month} days")`;

/** While the file \`hold\` lies in the project, no model gets done. */
const code = (folder: string, check: string): string => `
import os, sys, time

def extract(flights):
    flights.write_text("origin,flights\\nEWR,120835\\nJFK,111279\\nLGA,104662\\n")
    print("three airports")

def train(flights, origin, carrier, month, late_minutes, model):
    print(f"\\x1b[32mreads\\x1b[0m {flights.name}")
    while os.path.exists(${JSON.stringify(`${folder}/hold`)}):
        time.sleep(0.05)
    print("looks at what it has", file=sys.stderr)${check}
    model.write_text(carrier)
    print("fits, and is done")
    return {"error": month / 10 + len(origin)}

def compare(error):
    return min(row["error"] for row in error)

def report(best):
    return [[row["origin"], row["carrier"], row["best"]] for row in best]
`;

export const brokenCode = (folder: string): string => code(folder, fault);
export const mendedCode = (folder: string): string => code(folder, "");
