import type { Timeline } from "../src/canvas/props.ts";
import { makeRandom } from "./random.ts";

type Lane = Timeline["lanes"][number];
const start = Date.UTC(2026, 10, 25, 8, 41, 12);

/** Twenty attempts of five steps on four places. */
function few(): Timeline {
  const random = makeRandom(3);
  const lanes: Lane[] = [
    { title: "extract", step: "extract", spans: [span("extract", 0, 9, 41, "succeeded")] },
    {
      title: "features",
      step: "features",
      spans: ["EWR", "JFK", "LGA"].map((origin, index) =>
        span(`features[origin=${origin}]`, 51, 0.5 + index * 2, 34 + index * 6, "succeeded"),
      ),
    },
    {
      title: "train",
      step: "train",
      spans: Array.from({ length: 13 }, (_, index) => {
        const ready = 92 + (index % 3) * 6;
        const state = index === 4 ? "failed" : index > 10 ? "active" : "succeeded";
        return span(
          `train[origin=${["EWR", "JFK", "LGA"][index % 3]},carrier=B6,month=${index + 1}]`,
          ready,
          Math.floor(index / 4) * 62 + random() * 12,
          40 + random() * 30,
          state,
          index === 7 ? 2 : 1,
        );
      }),
    },
    {
      title: "compare",
      step: "compare",
      spans: [
        span("compare[origin=EWR,carrier=B6]", 318, 2, 22, "succeeded"),
        span("compare[origin=JFK,carrier=B6]", 330, 4, 18, "succeeded"),
      ],
    },
    { title: "report", step: "report", spans: [span("report", 356, 1, 26, "active")] },
  ];
  return {
    version: 1,
    from: start,
    to: start + 390_000,
    lanes,
    spent: { waiting: 1_140_000, starting: 31_000, working: 940_000, saving: 52_000 },
    criticalPath: [
      { ref: "report", startedAt: start + 357_000, endedAt: start + 390_000 },
      { ref: "compare[origin=JFK,carrier=B6]", startedAt: start + 334_000, endedAt: start + 356_000 },
      { ref: "train[origin=JFK,carrier=B6,month=11]", startedAt: start + 222_000, endedAt: start + 328_000 },
      { ref: "features[origin=LGA]", startedAt: start + 55_500, endedAt: start + 106_000 },
      { ref: "extract", startedAt: start + 9_000, endedAt: start + 51_000 },
    ],
  };
}

function span(
  ref: string,
  ready: number,
  waits: number,
  works: number,
  state: "succeeded" | "failed" | "active",
  attempt = 1,
) {
  const seconds = [
    ready,
    ready + waits,
    ready + waits + 2.5,
    ready + waits + 2.5 + works,
    ready + waits + 2.5 + works + (state === "failed" ? 0 : 4),
  ];
  return { ref, state, attempt, at: seconds.map((second) => start + second * 1_000) };
}

/** A hundred thousand tasks in bins: a wave that runs through the steps. */
function many(): Timeline {
  const random = makeRandom(9);
  const steps: [string, number, number, number][] = [
    ["extract", 0, 0.06, 1],
    ["features", 0.05, 0.22, 24],
    ["train", 0.14, 0.86, 64],
    ["evaluate", 0.2, 0.92, 32],
    ["compare", 0.4, 0.95, 8],
    ["report", 0.96, 1, 1],
  ];
  const count = 600;
  const lanes = steps.map(([title, from, to, slots]): Lane => {
    const shape = Array.from({ length: count }, (_, bin) => {
      const at = bin / count;
      if (at < from || at > to) return { busy: 0, waiting: 0 };
      const within = (at - from) / (to - from);
      const dip = within > 0.52 && within < 0.57 ? 0.25 : 1;
      return {
        busy: slots * Math.min(1, within * 14, (1 - within) * 9) * (0.86 + 0.14 * random()) * dip,
        waiting: slots * 400 * Math.max(0, Math.sin(Math.PI * within ** 0.6) - 0.1) * (0.95 + 0.05 * random()),
      };
    });
    return {
      title,
      step: title,
      bins: {
        waiting: shape.map(({ waiting }) => waiting),
        starting: shape.map(({ busy }) => busy * (0.06 + 0.05 * random())),
        working: shape.map(({ busy }) => busy * 0.82),
        saving: shape.map(({ busy }) => busy * (0.05 + 0.04 * random())),
      },
    };
  });
  const hour = 3_600_000;
  return {
    version: 1,
    from: start,
    to: start + 11 * hour,
    lanes,
    spent: { waiting: 4_100 * hour, starting: 21 * hour, working: 512 * hour, saving: 34 * hour },
    criticalPath: [
      { ref: "report", startedAt: start + 10.6 * hour, endedAt: start + 11 * hour },
      { ref: "compare[market=market-3]", startedAt: start + 10.2 * hour, endedAt: start + 10.5 * hour },
      { ref: "train[market=market-3,product=p1]", startedAt: start + 3 * hour, endedAt: start + 9.6 * hour },
      { ref: "features[market=market-3]", startedAt: start + 0.8 * hour, endedAt: start + 2.2 * hour },
      { ref: "extract", startedAt: start, endedAt: start + 0.7 * hour },
    ],
  };
}

export const fakeTimeline = (tasks: number): Timeline => (tasks <= 1_000 ? few() : many());
