import { connection } from "./live/connection.ts";
import { transport } from "./transport.ts";

/**
 * Code of the page that is loaded when it is first needed. While the server is away it waits for it: to fail, or to load the
 * page anew, would leave the viewer with nothing. What fails while the server is there is for the caller.
 */
export async function loadCode<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    await untilServerAnswers();
    return load();
  }
}

async function untilServerAnswers(): Promise<void> {
  const answers = await transport.fetch("/healthz", { cache: "no-store" }).then(
    () => true,
    () => false,
  );
  if (answers) return;
  await new Promise<void>((resolve) => {
    const stop = connection.subscribe(() => {
      if (connection.get().is !== "live") return;
      stop();
      resolve();
    });
  });
}
