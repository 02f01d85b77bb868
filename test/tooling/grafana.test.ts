import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Metrics } from "../../src/server/metrics/metrics.ts";

it("the Grafana dashboard asks for no measurement that there is not", async () => {
  const dashboard = readFileSync(new URL("../../deploy/grafana/flotilla.json", import.meta.url), "utf8");
  const asked = new Set(dashboard.match(/\b(flotilla|process|nodejs)_[a-z0-9_]+/g));
  const text = await new Metrics().text({ tasks: [], waiting: [], listeners: 0 });
  const known = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].flatMap(([, name, type]) =>
    type === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  );
  expect(asked.size).toBeGreaterThan(8);
  expect([...asked].filter((name) => !known.includes(name))).toEqual([]);
});
