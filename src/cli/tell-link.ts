import type { Invocation } from "./command.ts";

/** Prints the link to a run in the dashboard of a server. */
export function tellLink(url: string, run: string, { terminal }: Pick<Invocation, "terminal">): void {
  const link = `${url}/runs/${run}`;
  terminal.print(
    terminal.json ? JSON.stringify({ type: "run.link", run, url: link }) : `\n  ${terminal.paint.bold(link)}\n`,
  );
}
