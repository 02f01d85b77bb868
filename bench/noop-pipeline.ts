/** A pipeline file of about `tasks` noop tasks, in the shape of `noopFleet`: two steps by both dimensions, collected at the end. */
export function noopPipeline(tasks: number): string {
  const cells = Math.max(1, Math.floor(tasks / 2));
  const sites = Math.max(1, Math.round(Math.sqrt(cells)));
  const months = Math.max(1, Math.round(cells / sites));
  return `
import { noop, pipeline, scenarios } from "flotilla";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

export default pipeline("noop-${tasks}", { scenarios: scenarios.product({ site: numbers(${sites}), month: numbers(${months}) }) }, ({ step }) => {
  step("extract", { run: noop() });
  step("train", { by: ["site", "month"], run: noop(), after: ["extract"] });
  step("score", { by: ["site", "month"], run: noop(), after: ["train"] });
  step("report", { run: noop(), after: ["score"] });
});
`;
}
