import type { Browser } from "playwright-core";
import { fleetPage } from "./paint.ts";
import { shown } from "./page-clock.ts";
import { Tab } from "./tab.ts";

const moves = 8;

/**
 * Milliseconds of each movement on the heat-map of a run: zooming by the wheel and panning by the mouse until the next drawn
 * picture, swapping the dimensions until all cells are drawn the other way around.
 */
export async function moveOnFleet(browser: Browser, address: string, rounds: number): Promise<FleetMoves> {
  const tab = await Tab.open(browser);
  try {
    await tab.visit(address, fleetPage);
    const times: FleetMoves = { zoom: [], pan: [], pivot: [] };
    for (let round = 0; round < rounds; round++) {
      times.zoom.push(...(await zoom(tab, -240)));
      times.pan.push(...(await pan(tab)));
      times.zoom.push(...(await zoom(tab, 240)));
      times.pivot.push(await pivot(tab));
    }
    return times;
  } finally {
    await tab.close();
  }
}

export interface FleetMoves {
  readonly zoom: number[];
  readonly pan: number[];
  readonly pivot: number[];
}

async function zoom(tab: Tab, by: number): Promise<number[]> {
  const { mouse } = tab.page;
  await mouse.move(760, 560);
  const times: number[] = [];
  // With the control key, as a trackpad's pinch says it.
  await tab.page.keyboard.down("Control");
  for (let move = 0; move < moves; move++)
    times.push(await tab.measure(["wheel"], () => mouse.wheel(0, by), shown.drawnAnew));
  await tab.page.keyboard.up("Control");
  return times;
}

async function pan(tab: Tab): Promise<number[]> {
  const { mouse } = tab.page;
  const times: number[] = [];
  await mouse.move(760, 560);
  await mouse.down();
  for (let move = 1; move <= moves; move++)
    times.push(await tab.measure(["pointermove"], () => mouse.move(760 - 20 * move, 560 - 12 * move), shown.drawnAnew));
  await mouse.up();
  return times;
}

/** It is another canvas that shows the other picture. */
function pivot(tab: Tab): Promise<number> {
  return tab.measure(["pointerdown"], () => tab.page.getByLabel("Swap down and across").click(), shown.drawnAnother);
}
