import { spawn } from "node:child_process";

/** Opens an address in the user's browser; says whether something was there to do it. */
export function openBrowser(url: string): Promise<boolean> {
  const command = process.env["BROWSER"] || (process.platform === "darwin" ? "open" : "xdg-open");
  return new Promise((resolve) => {
    const browser = spawn(command, [url], { detached: true, stdio: "ignore" });
    browser.once("error", () => resolve(false));
    browser.once("spawn", () => {
      browser.unref();
      resolve(true);
    });
  });
}
