import { existsSync, renameSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { isAbsolute, normalize } from "node:path";
import type { ArtifactStore, StoredBlob } from "../../artifacts/artifact-store.ts";
import { hashBytes } from "../../artifacts/hashing.ts";
import type { Digest } from "../../core/ids.ts";
import { isRecord } from "../local/exit-record.ts";
import { readProgress } from "../local/progress-reader.ts";
import { writeRecord } from "../local/attempt-folder.ts";
import type { AttemptSpec, Report } from "../platform.ts";
import type { Answer } from "./answer.ts";
import { readText } from "./answer.ts";
import { attemptDocument } from "./attempt-document.ts";
import type { Finisher } from "./finish-hand-in.ts";
import { parseHandIn } from "./hand-in.ts";
import { waitForNews } from "./heartbeat.ts";
import { blobContent } from "./input-contents.ts";
import { appendBody } from "./kept-file.ts";
import { parseOutputList } from "./output-list.ts";
import type { CodePackages, RunnerPackage } from "./packages.ts";
import { missingContents } from "./place-outputs.ts";
import { malformed, notFound, notNow, Refusal } from "./refusal.ts";
import type { RemoteAttempt } from "./remote-attempt.ts";
import type { RouteName } from "./routes.ts";
import { parseStarted, runningReport } from "./started.ts";
import type { TaskApiLimits } from "./limits.ts";
import { mostMissingTold } from "./limits.ts";
import type { Turns } from "./turns.ts";

/** One request of a runner. */
export interface Call {
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  readonly digest: Digest | undefined;
}

export interface AnswerContext {
  readonly artifacts: ArtifactStore;
  readonly runner: RunnerPackage;
  readonly code: CodePackages;
  readonly finisher: Finisher;
  readonly limits: TaskApiLimits;
  readonly graceMs: number;
  readonly turns: Turns;
  readonly report: (report: Report) => void;
}

/** What each route does. The attempt is open to it, and looked after where the route demands that. */
export const answers: Readonly<
  Record<RouteName, (context: AnswerContext, attempt: RemoteAttempt, call: Call) => Promise<Answer>>
> = {
  readRunner: async ({ runner }) => runnerContent(runner),

  readAttempt: async ({ code, graceMs }, attempt, { query }) => {
    const spec = specOf(attempt);
    const scratch = query.get("scratch") ?? "";
    if (!isAbsolute(scratch) || normalize(scratch) !== scratch) throw malformed("scratch is an absolute path");
    return {
      json: attemptDocument(spec, scratch, {
        graceMs,
        code: spec.code === undefined || spec.work.type === "container" ? undefined : await code.pack(spec.code),
      }),
    };
  },

  readCode: async ({ code, artifacts }, attempt) => {
    const spec = specOf(attempt);
    if (spec.code === undefined) throw notFound();
    const { digest, bytes } = await code.pack(spec.code);
    return blobContent(artifacts, digest, bytes);
  },

  readInput: async (_context, { inputs }, { digest }) => {
    const content = digest === undefined ? undefined : await inputs?.find(digest);
    if (content === undefined) throw notFound();
    return content;
  },

  tellStarted: async ({ limits, report }, attempt, { request }) => {
    const started = parseStarted(await readJson(request, limits.recordBytes));
    if (!existsSync(attempt.folder.started)) writeRecord(attempt.folder.started, started);
    reportRunning(attempt, report);
    return { json: {} };
  },

  beat: async (_context, attempt, { request, query }) => {
    request.resume();
    return { json: await waitForNews(attempt, request, { knowsCancel: query.get("knows") === "cancel" }) };
  },

  appendLog: ({ limits, turns }, { folder }, call) =>
    append(turns, folder.log, call, { most: limits.logBytes, mostAtOnce: limits.pieceBytes }),

  appendProgress: async ({ limits, turns, report }, attempt, call) => {
    const most = { most: limits.progressBytes, mostAtOnce: limits.pieceBytes };
    const answer = await append(turns, attempt.folder.progress, call, most);
    const { progress, nextByte } = readProgress(attempt.folder.progress, attempt.progressBytes);
    attempt.progressBytes = nextByte;
    if (progress !== undefined && attempt.spec !== undefined)
      report({ type: "progress", attempt: attempt.id, progress });
    return answer;
  },

  listOutputs: async ({ limits }, attempt, { request }) => {
    const text = await readText(request, limits.listBytes);
    const list = parseOutputList(text, limits.outputs);
    const isAnother = attempt.outputListDigest() !== hashBytes(Buffer.from(text));
    if (isAnother && existsSync(attempt.folder.outputs))
      throw new Refusal(409, { error: "the outputs of this attempt are listed already, and otherwise" });
    writeFileSync(`${attempt.outputListPath}.new`, text);
    renameSync(`${attempt.outputListPath}.new`, attempt.outputListPath);
    attempt.forgetOutputs();
    const missing = missingContents(list, attempt.folder.outputs, attempt.uploads, mostMissingTold);
    return { json: { missing: missing.map(({ digest }) => digest) } };
  },

  sizeOutput: async ({ limits }, attempt, { digest }) => ({
    json: { bytes: await attempt.uploads.bytesOf(listedOf(attempt, digest, limits)) },
  }),

  putOutput: async ({ limits, turns }, attempt, { request, query, digest }) => {
    const content = listedOf(attempt, digest, limits);
    const receive = (): Promise<number> => attempt.uploads.receive(content, numberOf(query, "from"), request);
    return { json: { bytes: await turns.take(attempt.uploads.path(content.digest), request, receive) } };
  },

  handIn: async ({ limits, finisher, turns }, attempt, { request }) => {
    const text = await readText(request, limits.handInBytes);
    const handIn = parseHandIn(parseJson(text));
    await turns.take(attempt.handedInPath, request, () => finisher.handIn(attempt, handIn, text));
    return { json: {} };
  },
};

export function runnerContent({ content, digest }: RunnerPackage): Answer {
  return {
    content: { digest, bytes: content.length },
    read: async (from) => Readable.from([content.subarray(from)], { objectMode: false }),
  };
}

/** Once, as soon as an engine wants to know. */
export function reportRunning(attempt: RemoteAttempt, report: (report: Report) => void): void {
  const running = attempt.spec === undefined || attempt.isRunningReported ? undefined : runningReport(attempt);
  if (running === undefined) return;
  attempt.isRunningReported = true;
  report(running);
}

async function append(
  turns: Turns,
  path: string,
  { request, query }: Call,
  { most, mostAtOnce }: { readonly most: number; readonly mostAtOnce: number },
): Promise<Answer> {
  const from = numberOf(query, "from");
  const write = (): Promise<number> => appendBody(path, request, { from, most, mostAtOnce });
  return { json: { bytes: await turns.take(path, request, write) } };
}

function specOf({ spec }: RemoteAttempt): AttemptSpec {
  if (spec === undefined) throw notNow("no engine looks after this attempt just now");
  return spec;
}

/** Nothing is taken that was not listed before, with its length. */
function listedOf(attempt: RemoteAttempt, digest: Digest | undefined, limits: TaskApiLimits): StoredBlob {
  const content = digest === undefined ? undefined : attempt.outputs(limits.outputs)?.contents.get(digest);
  if (content === undefined) throw notFound();
  return content;
}

function numberOf(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? "";
  if (!/^\d{1,15}$/.test(text)) throw malformed(`${name} is a whole number`);
  return Number(text);
}

async function readJson(request: IncomingMessage, most: number): Promise<Record<string, unknown>> {
  const value = parseJson(await readText(request, most));
  if (!isRecord(value)) throw malformed("the body is an object");
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("the body is no JSON");
  }
}
