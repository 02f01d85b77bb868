import { quantile } from "../figures.ts";
import type { Tab } from "./tab.ts";

/** A count of tasks that succeeded, and when the frame with it had been drawn, by the clock of the machine. */
type Shown = readonly [at: number, count: number];

/** Begins to note each count that the page of a run shows. */
export async function noteCounts(tab: Tab): Promise<void> {
  await tab.page.evaluate(`{
    const group = document.querySelector('[aria-label="Narrow to a state"]');
    const { port1, port2 } = new MessageChannel();
    bench.counts = [];
    port1.onmessage = () => {
      const legend = [...group.children].find((child) => child.textContent.endsWith("succeeded"));
      if (legend !== undefined) bench.counts.push([Date.now(), Number(legend.textContent.replace(/[^0-9]/g, ""))]);
    };
    bench.observer = new MutationObserver(() => requestAnimationFrame(() => port2.postMessage(0)));
    bench.observer.observe(group, { subtree: true, characterData: true, childList: true });
  }`);
}

export async function takeCounts(tab: Tab): Promise<readonly Shown[]> {
  await tab.page.evaluate("bench.observer.disconnect()");
  const counts = (await tab.page.evaluate("bench.counts")) as readonly Shown[];
  await tab.page.evaluate("delete bench.counts");
  return counts;
}

/** Of the tasks that ended while counts were noted: milliseconds until a count was shown that includes the task. */
export function eventToPixel(ends: readonly number[], counts: readonly Shown[]): number {
  const [first, last] = [counts[0], counts.at(-1)];
  if (first === undefined || last === undefined) throw new Error("the page showed no counts");
  const delays: number[] = [];
  let at = 0;
  for (let task = first[1]; task < last[1]; task++) {
    while (counts[at]![1] <= task) at++;
    delays.push(counts[at]![0] - ends[task]!);
  }
  return quantile(delays, 0.95);
}
