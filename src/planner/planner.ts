import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { assertNever, FlotillaError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { Plan } from "../core/plan.ts";
import type { Configuration, NamedProfile } from "../core/profile.ts";
import { bundlePipeline } from "./bundle.ts";
import {
  type EvaluationAnswer,
  type EvaluationError,
  type EvaluationMessage,
  type EvaluationRequest,
  type PipelineForm,
  unfinished,
} from "./messages.ts";
import { type CodePlace, whereItLoops } from "./where-it-loops.ts";

export interface PlanOptions {
  readonly file: string;
  readonly params?: Readonly<Record<string, Json>>;
  /** `name=value`, as typed on a command line; they win over `params`. */
  readonly paramTexts?: readonly string[];
  readonly select?: string;
  /** Conditions that narrow the selection: `origin=JFK`. */
  readonly where?: readonly string[];
  /** Keys of scenarios that narrow the selection: `origin=JFK,month=7`. */
  readonly scenarios?: readonly string[];
  /** What stands behind the names of platforms; without it steps are not checked against it. */
  readonly profile?: NamedProfile;
  /** For the evaluation of the pipeline file. */
  readonly timeoutMs?: number;
}

export interface Planned {
  readonly plan: Plan;
  readonly planHash: string;
  readonly projectDirectory: string;
  readonly pipelineFile: string;
  /** The names that may be selected. */
  readonly selections: readonly string[];
  /** What its steps were checked against. */
  readonly profile?: NamedProfile;
}

/** The search for steps that other parameters would bring in may take this long; a plan without them is no worse. */
const exploringMs = 5_000;
/** The pipeline file's own process may use this much; a set of a million scenarios needs a tenth of it. */
const memoryMebibytes = 2048;

/**
 * Evaluates a pipeline file to a plan, in a process of its own, so that whatever the file does (loop, exit, crash) harms
 * nothing. Leaves nothing behind on disk.
 *
 * Rejects with `PIPELINE_*` for the file itself, `PARAM_*`, `SELECTION_UNKNOWN`, `SCENARIOS_*`, `KEY_INVALID`,
 * `DIMENSION_UNKNOWN`, and for its steps `STEP_*`, `WIRING_INVALID` and `RESOURCES_IMPOSSIBLE`; each names the place.
 */
export async function makePlan(options: PlanOptions): Promise<Planned> {
  const { text, selections, ...place } = await evaluateFile(options, "plan");
  const planHash = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const { profile } = options;
  const plan = JSON.parse(text) as Plan;
  return { plan, planHash, ...place, selections, ...(profile === undefined ? {} : { profile }) };
}

/**
 * What a new run of a pipeline file can be given. Nothing is built, so parameters without a default need not be known.
 * Rejects with `PIPELINE_*` and `SCENARIOS_*`.
 */
export async function describePipeline(options: Pick<PlanOptions, "file" | "timeoutMs">): Promise<PipelineForm> {
  const { text } = await evaluateFile(options, "form");
  return JSON.parse(text) as PipelineForm;
}

/**
 * What a configuration file says, evaluated as a pipeline file is. Rejects with `CONFIG_INVALID`, and with those of
 * `PIPELINE_*` that any file may end with.
 */
export async function readConfiguration(options: Pick<PlanOptions, "file" | "timeoutMs">): Promise<Configuration> {
  const { text } = await evaluateFile(options, "config");
  return JSON.parse(text) as Configuration;
}

interface Evaluated extends Pick<Planned, "projectDirectory" | "pipelineFile" | "selections"> {
  /** What was asked for, as canonical JSON. */
  readonly text: string;
}

async function evaluateFile(options: PlanOptions, wanted: EvaluationRequest["wanted"]): Promise<Evaluated> {
  const asked = resolve(options.file);
  if (!existsSync(asked) || !statSync(asked).isFile())
    throw new FlotillaError("PIPELINE_NOT_FOUND", `there is no pipeline file ${options.file}`, {
      place: { file: asked },
      mend: "name the file, or write one with `flotilla init`",
    });
  // Stack frames name real paths; through a link to its folder the author's lines would not be recognised.
  const pipelineFile = join(realpathSync(dirname(asked)), basename(asked));
  const projectDirectory = dirname(pipelineFile);
  const folder = mkdtempSync(join(tmpdir(), "flotilla-plan-"));
  try {
    const bundle = join(folder, "pipeline.mjs");
    const { source } = await bundlePipeline({ pipelineFile, projectDirectory, target: bundle });
    const request: EvaluationRequest = {
      pipelineFile,
      projectDirectory,
      params: options.params ?? {},
      paramTexts: options.paramTexts ?? [],
      ...(options.select === undefined ? {} : { select: options.select }),
      where: options.where ?? [],
      scenarios: options.scenarios ?? [],
      ...(options.profile === undefined ? {} : { profile: options.profile }),
      exploring: true,
      wanted,
      source,
      planFile: join(folder, "plan.json"),
    };
    const selections = await evaluate(request, bundle, { folder, timeoutMs: options.timeoutMs ?? 30_000 });
    return { text: readFileSync(request.planFile, "utf8"), projectDirectory, pipelineFile, selections };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function evaluate(
  request: EvaluationRequest,
  bundle: string,
  options: { folder: string; timeoutMs: number },
): Promise<readonly string[]> {
  const requestFile = join(options.folder, "request.json");
  writeFileSync(requestFile, JSON.stringify(request));
  const child = fork(bundle, [requestFile], {
    cwd: request.projectDirectory,
    execArgv: ["--enable-source-maps", "--inspect-port=0", `--max-old-space-size=${memoryMebibytes}`],
    // What the file prints goes where messages go: standard output belongs to the command that plans.
    stdio: ["ignore", 2, "pipe", "ipc"],
  });
  const answer = await answerOf(child, options.timeoutMs);
  if (answer.type === "lost in exploring") return evaluate({ ...request, exploring: false }, bundle, options);
  const file = request.pipelineFile;
  const shown = relative(process.cwd(), file);
  switch (answer.type) {
    case "planned":
      return answer.selections;
    case "refused":
      throw fromMessage(answer.error);
    case "timeout": {
      const place = (answer.at === undefined ? undefined : placeInSource(answer.at, bundle)) ?? { file };
      throw new FlotillaError(
        "PIPELINE_TIMEOUT",
        `${describe(place)} was still running after ${options.timeoutMs / 1000} s`,
        {
          place,
          mend: "look for a loop that never ends, or for work that belongs into a step",
        },
      );
    }
    case "unfinished":
      throw new FlotillaError("PIPELINE_EXITED", `${shown} never finishes: it waits for something that does not come`, {
        place: { file },
        mend: "look for an await at the top of the file",
      });
    case "gone":
      throw new FlotillaError(
        "PIPELINE_EXITED",
        `${shown} ended its process (${answer.how}) instead of exporting a pipeline`,
        {
          place: { file },
          mend:
            answer.how === "SIGABRT"
              ? "it probably ran out of memory: make fewer scenarios, or make them in a step"
              : "remove what ends the process",
        },
      );
    default:
      return assertNever(answer);
  }
}

type Answer =
  | EvaluationAnswer
  /** The plan was done; another value of a parameter loops, or ends the process. */
  | { readonly type: "lost in exploring" }
  | { readonly type: "timeout"; readonly at: CodePlace | undefined }
  | { readonly type: "unfinished" }
  | { readonly type: "gone"; readonly how: string };

async function answerOf(child: ChildProcess, timeoutMs: number): Promise<Answer> {
  let stderr = "";
  let answer: Answer | undefined;
  child.stderr?.on("data", (chunk: Buffer) => {
    if (answer?.type === "timeout" || stderr.includes("Debugger listening")) return;
    stderr += chunk.toString();
    if (!expired) process.stderr.write(chunk);
  });
  let expired = false;
  let exploring = false;
  let timer = setTimeout(() => {
    expired = true;
    void whereItLoops(child, () => stderr, 3_000).then((at) => {
      answer ??= { type: "timeout", at };
      child.kill("SIGKILL");
    });
  }, timeoutMs);
  return new Promise((resolve, reject) => {
    child.on("message", (message: EvaluationMessage) => {
      if (message.type !== "exploring") return (answer ??= message);
      exploring = true;
      clearTimeout(timer);
      return (timer = setTimeout(() => child.kill("SIGKILL"), Math.min(timeoutMs, exploringMs)));
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (answer === undefined && exploring) return resolve({ type: "lost in exploring" });
      return resolve(
        answer ??
          (code === unfinished ? { type: "unfinished" } : { type: "gone", how: signal ?? `exit code ${code ?? 0}` }),
      );
    });
  });
}

function fromMessage({ code, message, mend, place }: EvaluationError): FlotillaError {
  return new FlotillaError(code, message, {
    ...(mend === undefined ? {} : { mend }),
    ...(place === undefined ? {} : { place }),
  });
}

function placeInSource(at: CodePlace, bundle: string): { file: string; line: number } | undefined {
  if (!at.url.endsWith("/pipeline.mjs") || !existsSync(`${bundle}.map`)) return undefined;
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, "utf8")) as SourceMapPayload);
  const entry = map.findEntry(at.line, at.column);
  if (!("originalSource" in entry)) return undefined;
  return { file: resolve(dirname(bundle), entry.originalSource), line: entry.originalLine + 1 };
}

function describe({ file, line }: { file: string; line?: number }): string {
  return `${relative(process.cwd(), file)}${line === undefined ? "" : `:${line}`}`;
}
