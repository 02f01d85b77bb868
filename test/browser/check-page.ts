import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The data are there: nothing on the page stands for what is still to come. */
export async function shown(page: Page): Promise<void> {
  await page.getByRole("main").waitFor();
  await expect.poll(() => page.locator(".skeleton, [aria-busy=true]").count()).toBe(0);
}

/** Anybody can use the page as it is now: what axe finds wrong with it, in both themes, is nothing. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    expect(await axeViolations(page), `${page.url()} in the ${colorScheme} theme`).toEqual([]);
  }
}

/** The page as it is now fits into windows of these widths: it does not scroll sideways, and no words are cut off unmarked. */
export async function expectFits(page: Page, widths: readonly number[] = [900, 2560]): Promise<void> {
  const before = page.viewportSize()!;
  for (const width of widths) {
    await page.setViewportSize({ width, height: before.height });
    await shown(page);
    const place = `${page.url()}, ${width} px wide`;
    expect(await page.evaluate("document.documentElement.scrollWidth"), place).toBeLessThanOrEqual(width);
    expect(await page.evaluate(wordsCutOff), place).toEqual([]);
  }
  await page.setViewportSize(before);
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly target: unknown }[];
  }[];
}

async function axeViolations(page: Page): Promise<readonly string[]> {
  // Evaluated, not added as a script: the page's own policy forbids that, as it should.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axeSource);
  const result = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as AxeResult;
  return result.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} (${nodes
        .map(({ target }) => String(target))
        .slice(0, 5)
        .join("; ")})`,
  );
}

/**
 * Words that a box with hidden overflow, or the edge of the window, takes away without an ellipsis and without a way to scroll
 * to them. As text: it runs in the page.
 */
const wordsCutOff = `(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    const holder = walker.currentNode.parentElement;
    if (text === "" || !holder.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (holder.closest(".sr-only, canvas, dialog:not([open]), option, [aria-hidden=true]")) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    let cut = "";
    for (let element = holder; element && cut === ""; element = element.parentElement) {
      const style = getComputedStyle(element);
      const frame = element.getBoundingClientRect();
      // What is only there for those who listen.
      if (frame.width <= 1 && frame.height <= 1) break;
      const scrolls = (overflow) => overflow === "auto" || overflow === "scroll";
      if (scrolls(style.overflowX) || scrolls(style.overflowY)) break;
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const past = Math.max(box.right - frame.right, frame.left - box.left);
      const below = Math.max(box.bottom - frame.bottom, frame.top - box.top);
      if (style.overflowX !== "visible" && past > 2 && style.textOverflow !== "ellipsis") cut = "at a side";
      else if (style.overflowX !== "visible" && past > 2) break;
      else if (style.overflowY !== "visible" && below > box.height / 2) cut = "below";
    }
    if (cut === "" ) continue;
    found.push(cut + ": " + text.slice(0, 60));
  }
  return found;
})()`;
