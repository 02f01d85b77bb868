import { existsSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import type { AttemptId } from "../../core/ids.ts";
import { type AttemptFolder, readRecordIfSound, writeRecord } from "../local/attempt-folder.ts";
import { isRecord } from "../local/exit-record.ts";
import type { Answer } from "./answer.ts";
import { runnerContent } from "./answers.ts";
import type { AttemptTokens } from "./attempt-token.ts";
import { bootstrapCommand } from "./bootstrap.ts";
import { PackDesk } from "./pack-desk.ts";
import type { RunnerPackage } from "./packages.ts";
import { notFound } from "./refusal.ts";
import type { RemoteCommand } from "./task-api.ts";

export interface PackingOptions {
  readonly tokens: AttemptTokens;
  readonly folderOf: (attempt: AttemptId) => AttemptFolder;
  readonly runner: () => Promise<RunnerPackage>;
  readonly address: () => string | undefined;
}

/** How attempts get into packs: places that carry out one after the other. */
export class Packing {
  readonly #options: PackingOptions;
  readonly desk: PackDesk;

  constructor(options: PackingOptions) {
    this.#options = options;
    const { tokens, folderOf } = options;
    this.desk = new PackDesk({
      note: (attempt, pack, number) => writeRecord(packedPath(folderOf(attempt)), { pack, number }),
      tokenOf: (attempt) => tokens.of(attempt),
    });
  }

  /** A name for what is alike, that says nothing of it and that only this project has. */
  kindOf(what: string): string {
    return this.#options.tokens.kindOf(what);
  }

  /** With what the place of a pack begins. */
  commandOf(pack: string): RemoteCommand {
    const { tokens, address } = this.#options;
    const env = { FLOTILLA_TASK_API: address() ?? "", FLOTILLA_TOKEN: tokens.ofPack(pack), FLOTILLA_RUNNER: "pack" };
    return { command: bootstrapCommand, env };
  }

  wasAdmitted(attempt: AttemptId): boolean {
    return existsSync(this.#options.folderOf(attempt).attempt);
  }

  /** The pack that the attempt was handed to, by this process or an earlier one. */
  handedTo(attempt: AttemptId): { readonly pack: string; readonly number: number } | undefined {
    const record = readRecordIfSound(packedPath(this.#options.folderOf(attempt)));
    if (!isRecord(record)) return undefined;
    return { pack: String(record["pack"]), number: Number(record["number"]) };
  }

  /** The token of a pack opens the runner, and the handing out of its own attempts; there is nothing else. */
  async answer(pack: string, request: IncomingMessage): Promise<Answer> {
    const [path, query = ""] = (request.url ?? "").split("?", 2);
    request.resume();
    if (request.method === "GET" && path === "/v1/runner") return runnerContent(await this.#options.runner());
    const [, number] = /^number=(\d{1,9})$/.exec(query) ?? [];
    if (request.method !== "POST" || path !== "/v1/next" || number === undefined) throw notFound();
    return { json: await this.desk.ask(pack, Number(number), request) };
  }
}

function packedPath({ root }: AttemptFolder): string {
  return join(root, "packed.json");
}
