import { z } from "zod";
import { didYouMean } from "../../core/closest.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { EvaluationRequest } from "../messages.ts";
import { whatIsNoJson } from "./json-values.ts";

type Property = { readonly type?: string | readonly string[]; readonly [key: string]: unknown };

/** The parameters of a plan, with defaults filled in and checked, and their JSON Schema. */
export function readParams(
  declared: z.ZodObject,
  request: Pick<EvaluationRequest, "params" | "paramTexts">,
): { params: Record<string, unknown>; schema: JsonObject } {
  const schema = paramsSchema(declared);
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Property>>;
  for (const name of Object.keys(request.params)) checkKnown(name, properties);
  const given: Readonly<Record<string, Json>> = { ...request.params, ...parseParamTexts(schema, request.paramTexts) };
  const read = declared.safeParse(given);
  if (read.success) return { params: asJson(read.data), schema };
  const [issue] = read.error.issues;
  const name = issue!.path.join(".");
  const missing = name !== "" && !Object.hasOwn(given, name.split(".")[0]!);
  throw new FlotillaError(
    "PARAM_INVALID",
    missing
      ? `the parameter ${name} is missing`
      : `the parameter ${name} is ${JSON.stringify(given[name])}: ${issue!.message}`,
    {
      place: { name },
      mend: `give it with --param ${name}=${placeholder(properties[name])}`,
    },
  );
}

export function paramsSchema(declared: z.ZodObject): JsonObject {
  return z.toJSONSchema(declared, { io: "input", unrepresentable: "any" }) as unknown as JsonObject;
}

/** Parameters as typed on a command line, `name=value`, read by the types of their JSON Schema. Throws `PARAM_UNKNOWN` and `PARAM_INVALID`. */
export function parseParamTexts(schema: JsonObject, texts: readonly string[]): Record<string, Json> {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Property>>;
  const pairs = texts.map((text): [string, Json] => {
    const at = text.indexOf("=");
    if (at < 1)
      throw new FlotillaError("PARAM_INVALID", `${JSON.stringify(text)} is no parameter`, {
        mend: "write it as name=value",
      });
    const name = text.slice(0, at);
    checkKnown(name, properties);
    return [name, readText(text.slice(at + 1), properties[name])];
  });
  return Object.fromEntries(pairs);
}

function checkKnown(name: string, properties: Readonly<Record<string, Property>>): void {
  if (Object.hasOwn(properties, name)) return;
  const names = Object.keys(properties);
  const mend =
    names.length === 0
      ? "the pipeline has no parameters"
      : `the pipeline has ${names.join(", ")}.${didYouMean(name, names)}`;
  throw new FlotillaError("PARAM_UNKNOWN", `there is no parameter ${name}`, { place: { name }, mend });
}

/** The plan holds them, so they must be plain data; transforms and dates are for the build function to make. */
function asJson(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  for (const [name, value] of Object.entries(params)) {
    const wrong = value === undefined ? undefined : whatIsNoJson(value);
    if (wrong !== undefined)
      throw new FlotillaError("PARAM_INVALID", `the parameter ${name} is no JSON value: ${wrong}`, {
        place: { name },
        mend: "keep parameters to JSON, and convert them in the build function",
      });
  }
  return { ...params };
}

/** A text as the type of its parameter wants it; what does not fit stays a text, and the schema refuses it. */
function readText(text: string, property: Property | undefined): Json {
  const types = [property?.type ?? []].flat();
  if (types.includes("string") || property === undefined || "enum" in property) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function placeholder(property: Property | undefined): string {
  return String([property?.type ?? "VALUE"].flat()[0]).toUpperCase();
}
