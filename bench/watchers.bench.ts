import { type BenchOptions, type Measured, median, note } from "./figures.ts";
import { makeProject } from "./fleet.ts";
import { factsOf } from "./processes.ts";
import { noopPipeline } from "./noop-pipeline.ts";
import { startServer, type BenchServer } from "./server.ts";

const tabs = 20;
/** A page reads what it shows again at most so often while a run goes on. */
const refreshMs = 333;

/**
 * A run that twenty tabs look at, all with the live stream open and half of them on the heat-map, beside the same run with
 * nobody looking. The tabs are readers over HTTP, not browsers, whose own work would be measured too on a small machine.
 */
export default async function watchers({ small }: BenchOptions): Promise<Measured> {
  const tasks = small ? 10_000 : 100_000;
  const rounds = small ? 2 : 3;
  const project = makeProject({ "pipeline.ts": noopPipeline(tasks) });
  const server = await startServer(project.folder);
  try {
    await measureRun(server, 0);
    const slowdowns: number[] = [];
    const cpuRatios: number[] = [];
    let rssBytes = 0;
    for (let round = 1; round <= rounds; round++) {
      const alone = await measureRun(server, 0);
      const watched = await measureRun(server, tabs);
      rssBytes = Math.max(rssBytes, factsOf(server.pid)!.rssBytes);
      slowdowns.push(watched.seconds / alone.seconds);
      cpuRatios.push(watched.cpuSeconds / alone.cpuSeconds);
      note(`round ${round}: alone ${inWords(alone)}, with ${tabs} tabs ${inWords(watched)}`);
    }
    const figures = { slowdown: median(slowdowns), serverRssMb: rssBytes / 2 ** 20, cpuRatio: median(cpuRatios) };
    return { figures, holds: figures.slowdown <= 1.1 && figures.serverRssMb < 300 };
  } finally {
    await server.stop();
    project.remove();
  }
}

interface Took {
  /** From the first task's start to the end of the last, by the engine's own record. */
  readonly seconds: number;
  /** Of the server with the engine in it; does not hang on what else the machine does. */
  readonly cpuSeconds: number;
}

async function measureRun(server: BenchServer, watching: number): Promise<Took> {
  const before = factsOf(server.pid)!.cpuSeconds;
  const { id } = await server.startRun({ file: "pipeline.ts" });
  const readers = Array.from({ length: watching }, (_, index) => watch(server, id, { fleet: index % 2 === 0 }));
  const { startedAt, endedAt } = await server.untilEnded(id);
  const cpuSeconds = factsOf(server.pid)!.cpuSeconds - before;
  for (const stop of readers) stop();
  return { seconds: (endedAt - startedAt) / 1000, cpuSeconds };
}

function inWords({ seconds, cpuSeconds }: Took): string {
  return `${seconds.toFixed(2)} s (${cpuSeconds.toFixed(2)} of a processor)`;
}

/** What one tab does. */
function watch(server: BenchServer, run: string, { fleet }: { fleet: boolean }): () => void {
  const abort = new AbortController();
  const stream = async (): Promise<void> => {
    const response = await server.get(`/api/v1/events?run=${run}`, abort.signal);
    await response.body!.pipeTo(new WritableStream());
  };
  const tiles = async (): Promise<void> => {
    const tile = `/api/v1/runs/${run}/fleet/tile?step=train&rows=site&columns=month&across=600&down=400`;
    while (!abort.signal.aborted) {
      await (await server.get(tile, abort.signal)).arrayBuffer();
      await new Promise((resolve) => setTimeout(resolve, refreshMs));
    }
  };
  for (const reading of [stream, ...(fleet ? [tiles] : [])])
    reading().catch((error: unknown) => {
      if (!abort.signal.aborted) note(`a tab was cut off: ${String(error)}`);
    });
  return () => abort.abort();
}
