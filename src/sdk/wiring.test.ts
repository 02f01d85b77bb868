// Held by `tsc`: each @ts-expect-error is a mistake that the editor must show. The build functions below are never called.
import { expect, it } from "vitest";
import {
  environment,
  file,
  json,
  number,
  own,
  pipeline,
  python,
  ref,
  scenarios,
  ordered,
  container,
  folder,
  shell,
  string,
  z,
} from "flotilla";

const fleet = scenarios.fromCsv("./fleet.csv", { dimensions: ["origin", "carrier", ordered("month")] });

const flights = pipeline(
  "flights",
  {
    params: z.object({
      lateMinutes: z.number().default(15),
      tune: z.boolean().default(false),
      mode: z.enum(["fast", "full"]),
    }),
    scenarios: fleet,
    pools: { licences: 4 },
  },
  ({ params, step }) => {
    const data = step("extract", {
      run: python("flights.data:extract"),
      outputs: { flights: file("flights.parquet"), count: number() },
    });
    const best = params.tune
      ? step("tune", {
          run: python("flights.train:search"),
          inputs: { flights: data.outputs.flights },
          outputs: { depth: json() },
        })
      : undefined;
    const model = step("train", {
      by: ["origin", "carrier", "month"],
      run: python("flights.train:fit", { environment: environment({ requirements: "requirements.txt" }) }),
      inputs: {
        flights: data.outputs.flights,
        lateMinutes: params.lateMinutes,
        depth: best?.outputs.depth,
        before: own("model").previous("month"),
      },
      outputs: { model: file("model.pkl"), auc: number() },
      on: "cpu",
      resources: ({ scenario, key }) => ({ cpu: 1, memory: scenario.rows > 5000 || key.month > 6 ? "1Gi" : "512Mi" }),
      retry: { user: 1, outOfMemory: { attempts: 3, memory: "x1.5", upTo: "8Gi" } },
      pools: { licences: 1 },
      priority: ({ scenario }) => scenario.rows,
    });
    step("compare", {
      by: ["carrier", "origin"],
      run: python("flights.report:compare"),
      inputs: { auc: model.outputs.auc.collect({ atLeast: 0.95 }) },
      after: [data, { step: model, outcome: "done" }],
    });
    step("sequence", {
      by: ["origin", "carrier", "month"],
      run: python("a:b"),
      inputs: { before: model.outputs.model.previous("month") },
    });
    step("sort", {
      by: ["origin"],
      run: shell(["sort", "-o", ref.output("sorted"), ref.input("data"), ref.dimension("origin")], {
        env: { COUNT: ref.input("count") },
      }),
      inputs: { data: data.outputs.flights, count: data.outputs.count },
      outputs: { sorted: file("sorted.txt") },
    });

    step("score", {
      by: ["origin"],
      run: container({
        args: ["--data", ref.input("data"), ref.dimension("origin")],
        env: { OUT: ref.output("scores") },
      }),
      image: "registry.example/scorer:3",
      inputs: { data: data.outputs.flights },
      outputs: { scores: folder("scores") },
    });

    // An output that there is not.
    // @ts-expect-error -- Property 'flight' does not exist
    step("a", { run: python("a:b"), inputs: { x: data.outputs.flight } });
    // A step without outputs has none.
    // @ts-expect-error -- Property 'x' does not exist
    step("a", { run: python("a:b") }).outputs.x.collect();
    // A collection where one value is expected: train varies by more than this step.
    // @ts-expect-error -- not assignable to "its step varies by month, this one does not: read it with .collect()"
    step("a", { by: ["origin", "carrier"], run: python("a:b"), inputs: { auc: model.outputs.auc } });
    // @ts-expect-error -- the same without any dimension
    step("a", { run: python("a:b"), inputs: { auc: model.outputs.auc } });
    // @ts-expect-error -- and along .previous()
    step("a", { by: ["month"], run: python("a:b"), inputs: { auc: model.outputs.auc.previous("month") } });
    // A dimension that the set lacks.
    // @ts-expect-error -- '"market"' is not assignable
    step("a", { by: ["market"], run: python("a:b") });
    // @ts-expect-error -- nor along .previous()
    model.outputs.auc.previous("market");
    // @ts-expect-error -- a dimension without order has no previous
    model.outputs.auc.previous("carrier");
    // @ts-expect-error -- nor has a step that does not vary by it
    data.outputs.count.previous("month");
    // @ts-expect-error -- the reader must vary by the dimension too
    step("a", { by: ["origin", "carrier"], run: python("a:b"), inputs: { auc: model.outputs.auc.previous("month") } });
    step("a", {
      by: ["month"],
      run: python("a:b"),
      // @ts-expect-error -- an output that the step itself has not
      inputs: { x: own("modle").previous("month") },
      outputs: { model: file("m") },
    });
    step("a", {
      by: ["origin"],
      run: python("a:b"),
      // @ts-expect-error -- own() along a dimension that the step lacks
      inputs: { x: own("model").previous("month") },
      outputs: { model: file("m") },
    });
    // A parameter that there is not, and one of the wrong type.
    // @ts-expect-error -- Property 'lateMinute' does not exist
    step("a", { run: python("a:b"), inputs: { late: params.lateMinute } });
    // @ts-expect-error -- string is not a number
    step("a", { run: python("a:b"), priority: params.mode });
    // @ts-expect-error -- a function is no value
    step("a", { run: python("a:b"), inputs: { x: () => 1 } });
    // @ts-expect-error -- a pool that the pipeline does not declare
    step("a", { run: python("a:b"), pools: { licenses: 1 } });
    // @ts-expect-error -- a command that refers to an input that the step has not
    step("a", { run: shell(["cat", ref.input("dta")]), inputs: { data: data.outputs.flights } });
    // @ts-expect-error -- to an output that it has not
    step("a", { run: shell(["touch", ref.output("out")]), outputs: { other: string() } });
    // @ts-expect-error -- to a dimension that it does not vary by
    step("a", { run: shell(["echo"], { env: { X: ref.dimension("origin") } }) });
    // @ts-expect-error -- a container step that refers to an input that it has not
    step("a", { run: container({ args: [ref.input("dta")] }), inputs: { data: data.outputs.flights } });
    // @ts-expect-error -- in its command, to a dimension that it does not vary by
    step("a", { run: container({ command: [ref.dimension("origin")] }) });
    // @ts-expect-error -- growth without a limit
    step("a", { run: python("a:b"), retry: { outOfMemory: { attempts: 3 } } });
    // @ts-expect-error -- a step needs something to run
    step("a", {});
  },
);

// Dimensions of a product, and the types of its values.
const products = pipeline(
  "products",
  { scenarios: scenarios.product({ market: ["de", "fr"], month: [1, 2, 3] }, { ordered: ["month"] }) },
  ({ step }) => {
    const model = step("train", {
      by: ["market", "month"],
      run: python("a:b"),
      outputs: { score: number() },
      resources: ({ key }) => ({ cpu: key.month }),
    });
    step("next", {
      by: ["market", "month"],
      run: python("a:b"),
      inputs: { before: model.outputs.score.previous("month") },
    });
    // @ts-expect-error -- text is no number of cores that a label could be
    step("a", { by: ["market"], run: python("a:b"), priority: ({ scenario }) => scenario.market });
    // @ts-expect-error -- the product has no such column
    step("a", { by: ["market"], run: python("a:b"), priority: ({ scenario }) => scenario.rows });
  },
);

// Labels declared with their types.
const labelled = scenarios.fromCsv("./fleet.csv", {
  dimensions: ["origin"],
  labels: { flights: "number", tier: "string" },
});
const labels = pipeline("labels", { scenarios: labelled }, ({ step }) => {
  step("train", { by: ["origin"], run: python("a:b"), priority: ({ scenario }) => scenario.flights });
  // @ts-expect-error -- a text
  step("a", { by: ["origin"], run: python("a:b"), priority: ({ scenario }) => scenario.tier });
  // @ts-expect-error -- a column that is not kept
  step("a", { by: ["origin"], run: python("a:b"), priority: ({ scenario }) => scenario.flight });
});

// Rows computed in TypeScript keep their types; a dimension must be one of their columns.
const computed = Array.from({ length: 3 }, (_, i) => ({ market: `m${i}`, size: i }));
const rowsOf = pipeline("rows", { scenarios: scenarios.rows(computed, { dimensions: ["market"] }) }, ({ step }) => {
  step("train", { by: ["market"], run: python("a:b"), priority: ({ scenario }) => scenario.size });
  // @ts-expect-error -- size is a label
  step("a", { by: ["size"], run: python("a:b") });
});
// @ts-expect-error -- no such column
scenarios.rows(computed, { dimensions: ["markt"] });
// @ts-expect-error -- ordered names a list of the product
scenarios.product({ market: ["de"] }, { ordered: ["month"] });

// Dimensions known only at run time: anything may be named, the planner checks.
const names: string[] = ["a", "b"];
const dynamic = pipeline(
  "dynamic",
  { scenarios: scenarios.fromJson("./x.json", { dimensions: names }) },
  ({ step }) => {
    const a = step("a", { by: ["a"], run: python("a:b"), outputs: { x: number() } });
    step("b", { by: ["a", "b"], run: python("a:b"), inputs: { x: a.outputs.x } });
    // @ts-expect-error -- still a collection
    step("c", { run: python("a:b"), inputs: { x: a.outputs.x } });
  },
);

// Without scenarios there is nothing to vary by.
const single = pipeline("single", {}, ({ step }) => {
  step("only", { run: python("a:b"), outputs: { x: number() } });
  // @ts-expect-error -- no dimensions
  step("a", { by: ["month"], run: python("a:b") });
});

it("describes pipelines as frozen data, and calls nothing of theirs", () => {
  const described = [flights, products, labels, rowsOf, dynamic, single];
  expect(described.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "pipeline flights",
    "pipeline products",
    "pipeline labels",
    "pipeline rows",
    "pipeline dynamic",
    "pipeline single",
  ]);
  expect(described.every((one) => Object.isFrozen(one))).toBe(true);
});
