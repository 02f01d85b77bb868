/**
 * Goes into every page before its own code: tells when something is to be seen, by the page's clock, whose zero is the start
 * of the navigation. It is text because what runs in a page has the browser's globals, and these files have not.
 */
export const pageClock = `
window.bench = {
  /** The time at which the first frame in which the condition holds has been drawn. */
  shown(condition) {
    const from = performance.now();
    return new Promise((resolve, reject) => {
      const look = () => {
        if (performance.now() - from > 20_000) return reject(new Error("this is not shown: " + condition));
        if (!condition()) return requestAnimationFrame(look);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(0);
      };
      requestAnimationFrame(look);
    });
  },
  /** Measures from the next of these input events to the condition, which must not hold yet. */
  arm(events, condition) {
    this.begunAt = Infinity;
    this.canvasBefore = document.querySelector("canvas:first-of-type");
    if (condition()) throw new Error("it is shown already: " + condition);
    const begun = new Promise((resolve) => {
      const begin = (event) => {
        for (const name of events) removeEventListener(name, begin, true);
        resolve((this.begunAt = event.timeStamp));
      };
      for (const name of events) addEventListener(name, begin, true);
    });
    this.measured = begun.then(async (from) => (await this.shown(condition)) - from);
  },
  /** When the canvas of the view was last drawn with something on it. */
  drawnAt() {
    return Number(document.querySelector("canvas:first-of-type")?.dataset.drawn ?? -1);
  },
};
`;

/** Conditions of a page, as expressions in it. */
export const shown = {
  settled: `document.querySelector(".skeleton, [aria-label=Loading]") === null`,
  drawn: `document.querySelector("canvas:first-of-type[data-drawn]") !== null`,
  drawnAnother: `document.querySelector("canvas:first-of-type") !== bench.canvasBefore && bench.drawnAt() > 0`,
  drawnAnew: `bench.drawnAt() > bench.begunAt`,
  present: (selector: string): string => `document.querySelector(${JSON.stringify(selector)}) !== null`,
  absent: (selector: string): string => `document.querySelector(${JSON.stringify(selector)}) === null`,
};

export function all(...conditions: readonly string[]): string {
  return conditions.map((condition) => `(${condition})`).join(" && ");
}
