import {
  environment,
  file,
  first,
  json,
  number,
  pipeline,
  python,
  representative,
  scenarios,
  where,
  z,
} from "flotilla";

export default pipeline(
  "employment",
  {
    description: "Where will Americans work next year? One forecast for each of 143 industries.",
    params: z.object({ months: z.number().int().min(1).max(36).default(12).describe("how far to look ahead") }),
    scenarios: scenarios.fromCsv("./series.csv", {
      dimensions: ["sector", "industry"],
      labels: { employees: "number" },
    }),
    selections: { ci: first(1), pr: representative(16), large: where("employees>=5000") },
  },
  ({ params, step }) => {
    const numpy = environment({ requirements: "./requirements.txt", name: "numpy" });

    const data = step("load", {
      run: python("employment:load", { environment: numpy }),
      outputs: { series: file("series.npz") },
    });

    const forecast = step("forecast", {
      by: ["sector", "industry"],
      run: python("employment:forecast", { environment: numpy }),
      inputs: { series: data.outputs.series, months: params.months },
      outputs: {
        ahead: json({ description: "thousands of employees by month" }),
        error: number({ description: "mean error in percent over the last year, of a forecast made before it" }),
        naive: number({ description: "that of whoever says: as a year before" }),
      },
      resources: { cpu: 1, memory: "256Mi" },
    });

    step("summary", {
      run: python("employment:summarize", { environment: numpy }),
      inputs: {
        ahead: forecast.outputs.ahead.collect(),
        error: forecast.outputs.error.collect(),
        naive: forecast.outputs.naive.collect(),
      },
      outputs: { table: file("summary.csv"), verdict: json() },
    });
  },
);
