import type { GraphEdge, GraphStep, StepGraphProps } from "../src/canvas/props.ts";
import { states, type StateCounts } from "../src/canvas/shared/states.ts";
import { makeRandom } from "./random.ts";

const none = () => Object.fromEntries(states.map((state) => [state, 0])) as StateCounts;

function step(
  name: string,
  by: string[],
  tasks: number,
  more: Partial<GraphStep> & { some?: Partial<StateCounts> } = {},
): GraphStep {
  const { some, ...rest } = more;
  return {
    name,
    by,
    tasks,
    work: `python flights.${name}:run`,
    kind: "python",
    on: "cpu",
    needs: "1 CPU, 512 MiB",
    outputs: [],
    counts: { ...none(), ...(some ?? { succeeded: tasks }) },
    medianMs: 1_000 + name.length * 7_300,
    ...rest,
  };
}

function edge(
  from: string,
  to: string,
  kind: GraphEdge["kind"],
  input?: string,
  more: Partial<GraphEdge> = {},
): GraphEdge {
  return {
    from,
    to,
    kind,
    needs: "succeeded",
    atLeast: 1,
    pairs: 1,
    ...(input === undefined ? {} : { input }),
    ...more,
  };
}

const key = ["origin", "carrier", "month"];

const three: StepGraphProps = {
  steps: [
    step("load", [], 1),
    step("forecast", ["sector", "industry"], 143, {
      some: { succeeded: 97, failed: 2, active: 4, ready: 12, waiting: 28 },
    }),
    step("summary", [], 1, { some: { waiting: 1 } }),
  ],
  edges: [
    edge("load", "forecast", "broadcast", "series"),
    edge("forecast", "summary", "collect", "ahead", { atLeast: 0.95 }),
  ],
  leftOut: [],
};

const eight: StepGraphProps = {
  steps: [
    step("environment requirements.txt", [], 1, { kind: "environment" }),
    step("extract", [], 1, { description: "joins flights with weather, planes and airports" }),
    step("features", ["origin"], 3),
    step("train", key, 399, {
      on: "gpu",
      some: { succeeded: 271, failed: 7, active: 16, backoff: 2, ready: 40, waiting: 63 },
    }),
    step("evaluate", key, 399, { some: { succeeded: 262, blocked: 7, active: 3, waiting: 127 } }),
    step("compare", ["origin", "carrier"], 35, { some: { succeeded: 11, blocked: 4, waiting: 20 } }),
    step("report", [], 1, { some: { waiting: 1 } }),
    step("notify", [], 1, { kind: "shell", on: "local", some: { waiting: 1 } }),
  ],
  edges: [
    edge("environment requirements.txt", "extract", "broadcast"),
    edge("environment requirements.txt", "features", "broadcast"),
    edge("environment requirements.txt", "train", "broadcast"),
    edge("extract", "features", "broadcast", "flights"),
    edge("features", "train", "broadcast", "table"),
    edge("train", "train", "previous", "before"),
    edge("train", "evaluate", "one-to-one", "model"),
    edge("features", "evaluate", "broadcast", "holdout"),
    edge("evaluate", "compare", "collect", "auc"),
    edge("compare", "report", "collect", "verdict", { atLeast: 0.95 }),
    edge("extract", "report", "broadcast", "airlines"),
    edge("report", "notify", "one-to-one", undefined, { needs: "done" }),
  ],
  leftOut: [
    { step: "tune", reason: "the parameter tune is false: --param tune=true brings it in" },
    { step: "explain", reason: "only for the selection release" },
  ],
};

/** A pipeline of many steps, the same for equal sizes: stages of a few branches, joined now and then. */
function large(size: number): StepGraphProps {
  const random = makeRandom(size);
  const verbs = [
    "load",
    "clean",
    "join",
    "split",
    "encode",
    "train",
    "score",
    "merge",
    "check",
    "rank",
    "calibrate",
    "publish",
  ];
  const nouns = ["weather", "flights", "routes", "fares", "fleet", "crew", "delays", "airports", "demand", "risk"];
  const dimensions = [[], ["origin"], ["origin", "carrier"], key];
  const sizes = [1, 3, 35, 399];
  const level = Array.from({ length: size }, (_, index) =>
    index < 4 ? 0 : index > size - 4 ? 0 : Math.floor(random() * 4),
  );
  const steps = level.map((at, index) =>
    step(
      `${verbs[Math.floor((index / size) * 9 + random() * 3) % 12]} ${nouns[index % 10]}`.replace(
        " ",
        index % 3 === 0 ? "_" : "-",
      ) + (index >= 30 || index % 7 === 4 ? `-${index}` : ""),
      dimensions[at]!,
      sizes[at]!,
      {
        on: ["cpu", "gpu", "spark", "local"][index % 4]!,
        some:
          index < size * 0.55
            ? { succeeded: sizes[at]! }
            : index < size * 0.7
              ? {
                  succeeded: Math.floor(sizes[at]! * 0.6),
                  active: Math.min(4, Math.ceil(sizes[at]! * 0.2)),
                  failed: index % 5 === 0 ? 1 : 0,
                  waiting: Math.floor(sizes[at]! * 0.2),
                }
              : { waiting: sizes[at]! },
      },
    ),
  );
  const kindOf = (from: number, to: number): GraphEdge["kind"] =>
    level[from] === level[to]
      ? "one-to-one"
      : level[from]! < level[to]!
        ? "broadcast"
        : random() < 0.2
          ? "many-to-many"
          : "collect";
  const edges = steps.flatMap(({ name }, to) => {
    if (to < 4) return [];
    const sources = new Set([Math.max(0, to - 2 - Math.floor(random() * 5))]);
    if (random() < 0.45) sources.add(Math.max(0, to - 1 - Math.floor(random() * 9)));
    if (random() < 0.08) sources.add(Math.floor(random() * to * 0.5));
    return [...sources].map((from, index) =>
      edge(steps[from]!.name, name, kindOf(from, to), index === 1 && random() < 0.15 ? undefined : `input${index}`),
    );
  });
  return { steps, edges, leftOut: [] };
}

export function fakeRun(size: number): StepGraphProps {
  return size === 3 ? three : size === 8 ? eight : large(size);
}
