import type { JsonObject } from "../../core/json.ts";
import type { LeftOut } from "../../core/plan.ts";
import type { PipelineDeclaration } from "../../sdk/declarations.ts";

const mostEvaluations = 32;

/**
 * Steps that the pipeline can have and does not have with these parameters. Found by declaring the steps again with one
 * parameter changed at a time: each boolean turned round, each other value of an enumeration.
 */
export function findLeftOut(
  pipeline: PipelineDeclaration,
  params: Readonly<Record<string, unknown>>,
  schema: JsonObject,
  present: ReadonlySet<string>,
): LeftOut[] {
  const found = new Map<string, LeftOut>();
  for (const { name, value } of alternatives(params, schema).slice(0, mostEvaluations)) {
    for (const step of stepsWith(pipeline, { ...params, [name]: value })) {
      if (present.has(step) || found.has(step)) continue;
      found.set(step, { step, reason: `--param ${name}=${String(value)} brings it in` });
    }
  }
  return [...found.values()];
}

function alternatives(
  params: Readonly<Record<string, unknown>>,
  schema: JsonObject,
): { name: string; value: unknown }[] {
  const properties = (schema["properties"] ?? {}) as Readonly<
    Record<string, { type?: string; enum?: readonly unknown[] }>
  >;
  return Object.entries(properties).flatMap(([name, { type, enum: values }]) => {
    if (type === "boolean") return [{ name, value: params[name] !== true }];
    return (values ?? []).filter((value) => value !== params[name]).map((value) => ({ name, value }));
  });
}

/** A combination that the author did not think of may throw, or end the process; then nothing is known about it. What it prints is not shown. */
function stepsWith(pipeline: PipelineDeclaration, params: Readonly<Record<string, unknown>>): readonly string[] {
  const exit = process.exit.bind(process);
  const writes = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write.bind(stream) }));
  process.exit = () => {
    throw new Error("the pipeline file called process.exit");
  };
  for (const { stream } of writes) stream.write = () => true;
  try {
    return pipeline.build(params).map(({ name }) => name);
  } catch {
    return [];
  } finally {
    process.exit = exit;
    for (const { stream, write } of writes) stream.write = write;
  }
}
