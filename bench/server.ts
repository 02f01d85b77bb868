import { startFlotilla } from "./command.ts";

export interface BenchServer {
  readonly url: string;
  readonly pid: number;
  get(path: string, signal?: AbortSignal): Promise<Response>;
  startRun(wish: object): Promise<{ readonly id: string }>;
  untilEnded(run: string): Promise<{ readonly startedAt: number; readonly endedAt: number }>;
  stop(): Promise<void>;
}

const lookMs = 100;

/** `flotilla up` in a project, as a person would start it. */
export async function startServer(project: string): Promise<BenchServer> {
  const child = startFlotilla(project, ["up", "--json"]);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout!.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("\n"))
        resolve((JSON.parse(output.split("\n")[0]!) as { url: string }).url.replace(/\/$/, ""));
    });
    child.stderr!.resume();
    void ended.then(() => reject(new Error(`flotilla up ended before it served: ${output}`)));
  });

  const get = async (path: string, signal?: AbortSignal): Promise<Response> => {
    const response = await fetch(url + path, signal === undefined ? {} : { signal });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    url,
    pid: child.pid!,
    get,
    async startRun(wish) {
      const headers = { "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
      const response = await fetch(`${url}/api/v1/runs`, { method: "POST", headers, body: JSON.stringify(wish) });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as { id: string };
    },
    async untilEnded(run) {
      for (;;) {
        const row = (await (await get(`/api/v1/runs/${run}`)).json()) as {
          startedAt?: number;
          endedAt?: number;
          state: string;
        };
        if (row.startedAt !== undefined && row.endedAt !== undefined) {
          if (row.state !== "succeeded") throw new Error(`run ${run} has ${row.state}`);
          return { startedAt: row.startedAt, endedAt: row.endedAt };
        }
        await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
