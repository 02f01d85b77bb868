import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { AttemptId } from "../../core/ids.ts";
import { readTar } from "../../artifacts/read-tar.ts";
import { containerName } from "./container-spec.ts";
import { refused } from "./containers.ts";
import type { EngineApi } from "./engine-api.ts";

/** Files of containers, in and out, whether they run or not. Rejects as asking an engine does. */
export class ContainerArchives {
  readonly #api: EngineApi;
  readonly #closing: AbortSignal;

  /** @param closing ends what is under way */
  constructor(api: EngineApi, closing: AbortSignal) {
    this.#api = api;
    this.#closing = closing;
  }

  /** Unpacks an archive at the root of a container. Again, it changes nothing. */
  async put(attempt: AttemptId, archive: Readable): Promise<void> {
    const path = `/containers/${containerName(attempt)}/archive?path=/`;
    const answer = await this.#api.send(path, archive, this.#closing);
    if (answer.status !== 200) throw refused(answer);
  }

  /** Gives `use` what lies at a path as an archive; undefined where there is nothing, or no container. */
  async get<T>(
    attempt: AttemptId,
    path: string,
    use: (archive: AsyncIterable<Buffer>) => Promise<T>,
  ): Promise<T | undefined> {
    const address = `/containers/${containerName(attempt)}/archive?path=${encodeURIComponent(path)}`;
    const answer = await this.#api.stream(address, this.#closing);
    try {
      if (answer.status === 200) return await use(answer.content);
      const body = await textOf(answer.content);
      if (answer.status === 404) return undefined;
      throw refused({ status: answer.status, body });
    } finally {
      answer.close();
    }
  }

  /** A file; undefined where there is none, or it is longer than this. */
  async file(attempt: AttemptId, path: string, mostBytes: number): Promise<Buffer | undefined> {
    return this.get(attempt, path, async (archive) => {
      let found: Buffer | undefined;
      for await (const { type, bytes, content } of readTar(archive)) {
        if (type !== "file" || bytes > mostBytes) return undefined;
        found = await buffer(content);
      }
      return found;
    });
  }
}

async function textOf(content: AsyncIterable<Buffer>): Promise<string> {
  let told = "";
  for await (const piece of content) told += piece.toString("latin1");
  return told;
}
