import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { FlotillaError } from "../../core/errors.ts";
import type { Configuration } from "../../core/profile.ts";
import { canonicalJson, type Json } from "../../core/json.ts";
import type { ConfigDeclaration } from "../../sdk/config.ts";
import type { PipelineDeclaration } from "../../sdk/declarations.ts";
import {
  type EvaluationAnswer,
  type EvaluationError,
  type EvaluationMessage,
  type EvaluationRequest,
  unfinished,
} from "../messages.ts";
import { describeForm } from "./describe-form.ts";
import { evaluatePipeline } from "./evaluate-pipeline.ts";
import { innermostPlace } from "./stack-place.ts";

/**
 * The program that evaluates a pipeline file: it is bundled together with the file and forked by the planner. It answers
 * once, by message; the plan itself, which may be large, goes into a file.
 */
export async function main(load: () => Promise<unknown>): Promise<void> {
  const request = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as EvaluationRequest;
  const exit = process.exit.bind(process);
  let answered = false;
  const answer = (message: EvaluationAnswer): void => {
    if (answered) return;
    answered = true;
    process.send!(message, () => exit(0));
  };
  process.exit = ((code?: number) => {
    const place = innermostPlace(new Error("exit").stack, request);
    answer({
      type: "refused",
      error: {
        code: "PIPELINE_EXITED",
        message: `${nameOf(place, request)} called process.exit(${code ?? ""})`,
        place,
        mend: "remove the call",
      },
    });
    throw new Error("the file called process.exit");
  }) as typeof process.exit;
  process.on("uncaughtException", (thrown) => answer({ type: "refused", error: describe(thrown, request) }));
  process.on("unhandledRejection", (thrown) => answer({ type: "refused", error: describe(thrown, request) }));
  process.on("exit", (code) => {
    // Nothing is left to happen, and the module has not finished: it waits for something that never comes.
    if (code === 13 || code === 0) process.exitCode = unfinished;
  });
  try {
    const module = await load();
    if (request.wanted === "config") {
      writeFileSync(request.planFile, canonicalJson(exportedConfig(module, request) as unknown as Json));
      return answer({ type: "planned", selections: [] });
    }
    const pipeline = exported(module, request);
    if (request.wanted === "form") {
      const form = describeForm(pipeline, request.projectDirectory);
      writeFileSync(request.planFile, canonicalJson(form as unknown as Json));
      return answer({ type: "planned", selections: form.selections });
    }
    const { plan, selections } = evaluatePipeline(pipeline, request, () =>
      process.send!({ type: "exploring" } satisfies EvaluationMessage),
    );
    // A promise that was rejected and that nobody waits for is reported only once the microtasks have run.
    await new Promise((resolve) => setImmediate(resolve));
    if (answered) return;
    writeFileSync(request.planFile, canonicalJson(plan as unknown as Json));
    answer({ type: "planned", selections });
  } catch (thrown) {
    answer({ type: "refused", error: describe(thrown, request) });
  }
}

function exported(module: unknown, request: EvaluationRequest): PipelineDeclaration {
  const found = (module as { default?: PipelineDeclaration }).default;
  if (found?.kind === "pipeline") return found;
  throw new FlotillaError(
    "PIPELINE_NO_EXPORT",
    `${relative(process.cwd(), request.pipelineFile)} has no default export made by pipeline()`,
    {
      place: { file: request.pipelineFile },
      mend: "write `export default pipeline(…)`",
    },
  );
}

function exportedConfig(module: unknown, request: EvaluationRequest): Configuration {
  const found = (module as { default?: ConfigDeclaration }).default;
  if (found?.kind === "config") return { profiles: found.profiles };
  throw new FlotillaError(
    "CONFIG_INVALID",
    `${relative(request.projectDirectory, request.pipelineFile)} has no default export made by config()`,
    { place: { file: request.pipelineFile }, mend: "write `export default config({ profiles: { … } })`" },
  );
}

function describe(thrown: unknown, request: EvaluationRequest): EvaluationError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const place = innermostPlace(thrown instanceof Error ? error.stack : undefined, request);
  if (thrown instanceof FlotillaError) {
    // Thrown by a function of the SDK that the file called: its own line is the place, unless a better one is known.
    const told = thrown.toJSON();
    return place.line === undefined || told.place?.file !== undefined
      ? told
      : { ...told, place: { ...told.place, ...place } };
  }
  return {
    code: "PIPELINE_THREW",
    message: `${nameOf(place, request)}: ${error.name}: ${error.message}`,
    place,
    mend: "the file threw this while it was evaluated",
  };
}

function nameOf(place: { file: string; line?: number }, request: EvaluationRequest): string {
  const file = relative(request.projectDirectory, place.file);
  return place.line === undefined ? file : `${file}:${place.line}`;
}
