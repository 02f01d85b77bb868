import type { Browser } from "playwright-core";
import { note, quantile } from "../figures.ts";
import { all, shown } from "./page-clock.ts";
import { runPage } from "./paint.ts";
import { type InputEvent, Tab } from "./tab.ts";

interface Interaction {
  readonly what: string;
  readonly by: InputEvent;
  /** Not measured. */
  readonly prepare?: (tab: Tab) => Promise<unknown>;
  readonly act: (tab: Tab) => Promise<unknown>;
  readonly result: string;
}

const row = (index: number): string => `[role=row][data-row="${index}"]`;
const rows = all(shown.settled, shown.present(row(3)));
const chip = '[aria-label="Selection"] [aria-label^="Remove"]';
const panel = 'aside[aria-label^="Task "]';

/** What a person does in a run, one after the other; everything is asked of the server for the first time. */
const interactions: readonly Interaction[] = [
  view("Fleet", shown.drawnAnother),
  view("Timeline", shown.drawnAnother),
  view("Tasks", rows),
  sort("Duration", "ascending"),
  sort("Duration", "descending"),
  sort("Ended", "ascending"),
  click("open a task", row(2), all(shown.settled, shown.present(`${panel} section`))),
  press("close it", "Escape", shown.absent(panel)),
  press("next row", "j", `document.activeElement?.matches('${row(3)}')`),
  press("open it", "Enter", all(shown.settled, shown.present(`${panel} section`))),
  press("close it again", "Escape", shown.absent(panel)),
  click("narrow to a state", '[aria-label="Narrow to a state"] button', all(rows, shown.present(chip))),
  press("clear the selection", "Escape", all(rows, shown.absent(chip))),
  {
    ...press(
      "filter",
      "Enter",
      all(rows, shown.present(chip), `document.querySelector('${row(3)}').textContent.includes("7")`),
    ),
    prepare: type("site=7"),
  },
  view("Failures", all(shown.settled, shown.absent("[role=table]"))),
  press("back to the graph", "1", all(shown.settled, shown.drawnAnother)),
];

/** Nobody clicks before having looked. */
const lookMs = 1_500;

/** Milliseconds from each click or key to the frame with its result. */
export async function interact(browser: Browser, address: string, rounds: number): Promise<readonly number[]> {
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    const tab = await Tab.open(browser);
    await tab.visit(address, runPage);
    await tab.page.waitForTimeout(lookMs);
    for (const { what, by, prepare, act, result } of interactions) {
      await prepare?.(tab);
      const ms = await tab.measure([by], () => act(tab), result);
      times.set(what, [...(times.get(what) ?? []), ms]);
    }
    await tab.close();
  }
  for (const [what, all] of times) note(`  ${what}: ${quantile(all, 0.5).toFixed(0)} ms`);
  return [...times.values()].flat();
}

function view(name: string, result: string): Interaction {
  const active = `document.querySelector('nav[aria-label=Views] [data-status=active]')?.textContent === "${name}"`;
  return {
    what: `view ${name}`,
    by: "pointerdown",
    act: ({ page }) => page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click(),
    result: all(active, result, shown.settled),
  };
}

function sort(column: string, order: "ascending" | "descending"): Interaction {
  const head = `[aria-sort=${order}]`;
  return {
    what: `sort by ${column}, ${order}`,
    by: "pointerdown",
    act: ({ page }) => page.getByRole("columnheader", { name: column }).getByRole("button").click(),
    result: all(rows, `document.querySelector('${head}')?.textContent.includes("${column}")`),
  };
}

function click(what: string, selector: string, result: string): Interaction {
  return { what, by: "pointerdown", act: ({ page }) => page.locator(selector).first().click(), result };
}

function press(what: string, key: string, result: string): Interaction {
  return { what, by: "keydown", act: ({ page }) => page.keyboard.press(key), result };
}

function type(text: string): (tab: Tab) => Promise<void> {
  return async ({ page }) => {
    const field = page.getByLabel("Narrow by a condition");
    await field.fill(text);
    await page.waitForFunction(`document.activeElement?.value === ${JSON.stringify(text)}`);
  };
}
