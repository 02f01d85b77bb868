import type { Page, Request } from "playwright-core";
import type { Viewer } from "./browser.ts";

/**
 * Notes what must not happen on any page: an error or a warning in the console, a breach of the policy, a request that fails,
 * is answered with a fault, or goes to another server. What `expects` fits is provoked on purpose.
 */
export async function watchPage(
  page: Page,
  origin: string,
  expects: RegExp | undefined,
): Promise<Pick<Viewer, "problems" | "unanswered">> {
  const problems: string[] = [];
  const open = new Map<Request, string>();
  const note = (problem: string): void => {
    if (expects?.test(problem) !== true) problems.push(problem);
  };
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      note(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`uncaught: ${error.stack ?? error.message}`));
  page.on("request", (request) => {
    const { origin: asked, protocol } = new URL(request.url());
    if (protocol === "data:" || protocol === "blob:") return;
    if (asked !== origin) note(`asks another server: ${request.url()}`);
    if (!request.url().includes("/api/v1/events")) open.set(request, `${request.method()} ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    open.delete(request);
    // A page that is left, or a view that is no longer looked at, lets go of what it has asked for.
    if (request.failure()?.errorText !== "net::ERR_ABORTED")
      note(`${request.method()} ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on("response", (response) => {
    open.delete(response.request());
    if (response.status() >= 400) note(`${response.request().method()} ${response.url()}: ${response.status()}`);
  });
  // As text: what runs in the page has the browser's globals, and this file has not.
  await page.addInitScript(
    `addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective + " " + event.blockedURI))`,
  );
  return {
    problems,
    get unanswered() {
      return new Set(open.values());
    },
  };
}
