import {
  all,
  environment,
  file,
  folder,
  json,
  number,
  ordered,
  pipeline,
  python,
  representative,
  scenarios,
  string,
  z,
} from "flotilla";

const fleet = scenarios.fromCsv("./fleet.csv", {
  dimensions: ["origin", "carrier", ordered("month")],
  labels: { flights: "number", typical: "number" },
});

const learning = environment({ requirements: "./requirements.txt" });

export default pipeline(
  "flights",
  {
    description: "Will a flight out of New York be late? One model for each airport, airline and month of 2013.",
    params: z.object({
      lateMinutes: z
        .number()
        .min(1)
        .max(600)
        .default(15)
        .describe("a flight that arrives this many minutes behind schedule is late"),
      holdout: z
        .number()
        .min(0.05)
        .max(0.5)
        .default(0.25)
        .describe("fraction of the days of each month that are kept to judge the models"),
      tune: z.boolean().default(false).describe("search for good hyper-parameters first, which takes minutes"),
    }),
    scenarios: fleet,
    selections: {
      ci: representative(1, { typical: "typical" }),
      pr: representative(5, { typical: "typical" }),
      release: all(),
    },
  },
  ({ params, step }) => {
    const { lateMinutes, holdout } = params;

    const data = step("extract", {
      description: "joins flights with weather, planes and airports",
      run: python("flights.data:extract", { environment: learning }),
      outputs: { flights: file("flights.pkl"), airlines: json({ description: "names by code" }) },
      resources: { cpu: 1, memory: "1Gi" },
    });

    const features = step("features", {
      description: "turns an airport's flights into tables of numbers, one for each airline",
      by: ["origin"],
      run: python("flights.features:build", { environment: learning }),
      inputs: { flights: data.outputs.flights },
      outputs: { tables: folder("tables") },
      resources: { cpu: 1, memory: "1Gi" },
    });
    const { tables } = features.outputs;

    // A step that is not declared costs nothing, and an input that is undefined is left out.
    const tuned = params.tune
      ? step("tune", {
          description: "searches hyper-parameters by cross-validation over whole days",
          by: ["origin"],
          run: python("flights.tune:search", { environment: learning }),
          inputs: { tables, lateMinutes, holdout },
          outputs: { settings: json() },
          resources: { cpu: 1, memory: "1Gi" },
          timeout: "1h",
        })
      : undefined;
    const settings = tuned?.outputs.settings;

    const pooled = step("pooled", {
      description: "trains on all months of an airline at an airport, for the months that are too small to stand alone",
      by: ["origin", "carrier"],
      run: python("flights.train:fit_pooled", { environment: learning }),
      inputs: { tables, lateMinutes, holdout, settings },
      outputs: { model: file("model.pkl") },
      resources: { cpu: 1, memory: "512Mi" },
    });

    const model = step("train", {
      description: "trains on one month, or falls back to the pooled model, and judges it on days it has not seen",
      by: ["origin", "carrier", "month"],
      run: python("flights.train:fit", { environment: learning }),
      inputs: { tables, pooled: pooled.outputs.model, lateMinutes, holdout, settings },
      outputs: {
        model: file("model.pkl"),
        source: string({ description: "own, or pooled if the month has too few flights" }),
        auc: number({ optional: true, description: "absent if the days held out are all late or all on time" }),
        brier: number({ optional: true, description: "mean squared error of the probability" }),
        baseRate: number({ optional: true, description: "share of late flights in the days held out" }),
        evaluation: json({ description: "all of it, with the calibration counts" }),
      },
      resources: ({ scenario }) => ({ cpu: 1, memory: scenario.flights > 2000 ? "512Mi" : "384Mi" }),
      retry: { outOfMemory: { attempts: 2, memory: "x2", upTo: "2Gi" } },
      // The long ones first, so that none is left over at the end.
      priority: ({ scenario }) => scenario.flights,
    });

    const comparison = step("compare", {
      description: "sums up the months of an airline at an airport",
      by: ["origin", "carrier"],
      run: python("flights.compare:compare", { environment: learning }),
      inputs: { evaluation: model.outputs.evaluation.collect() },
      outputs: { summary: json() },
      resources: { cpu: 1, memory: "384Mi" },
    });

    step("report", {
      description: "one page: error, best and worst, calibration, what fell back",
      run: python("flights.report:write", { environment: learning }),
      inputs: { summary: comparison.outputs.summary.collect(), airlines: data.outputs.airlines, lateMinutes, holdout },
      outputs: { report: file("report.html") },
      resources: { cpu: 1, memory: "384Mi" },
    });
  },
);
