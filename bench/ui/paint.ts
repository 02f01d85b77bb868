import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { median } from "../figures.ts";
import { all, shown } from "./page-clock.ts";
import { Tab } from "./tab.ts";

export interface Painted {
  /** Median of the visits. */
  readonly ms: number;
  /** Of the very first, when the server has nothing at hand. */
  readonly firstMs: number;
  readonly dataKb: number;
}

export const runPage = all(shown.settled, shown.present("h1"), shown.drawn);
export const fleetPage = all(shown.settled, shown.drawn);
export const runsPage = all(shown.settled, shown.present('[data-row="12"]'));

/** Opens an address so many times, each in a new profile. */
export async function paint(browser: Browser, address: string, condition: string, times: number): Promise<Painted> {
  const visits: { readonly ms: number; readonly apiBytes: number }[] = [];
  for (let visit = 0; visit < times; visit++) {
    const tab = await Tab.open(browser);
    visits.push(await tab.visit(address, condition));
    await tab.close();
  }
  return {
    ms: median(visits.map(({ ms }) => ms)),
    firstMs: visits[0]!.ms,
    dataKb: Math.max(...visits.map(({ apiBytes }) => apiBytes)) / 1024,
  };
}

const builtUi = fileURLToPath(new URL("./ui/", import.meta.url));

/** All files of the dashboard, as the server sends them to a browser. */
export async function assetsKb(url: string): Promise<number> {
  const files = readdirSync(builtUi, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name),
  );
  let bytes = 0;
  for (const { parentPath, name } of files) {
    const path = `${parentPath}/${name}`.slice(builtUi.length).replace(/^\/+/, "");
    const answer = await fetch(`${url}/${path}`, { headers: { "accept-encoding": "br" } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    bytes += Number(answer.headers.get("content-length"));
    await answer.body?.cancel();
  }
  return bytes / 1024;
}
