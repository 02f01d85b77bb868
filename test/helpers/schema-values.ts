import fc from "fast-check";

export type Schema = Readonly<Record<string, unknown>>;

/** Values that a JSON Schema of ours describes. */
export function valuesOf(schema: Schema, components: Readonly<Record<string, Schema>>): fc.Arbitrary<unknown> {
  const inner = (value: unknown): fc.Arbitrary<unknown> => valuesOf(value as Schema, components);
  if (typeof schema["$ref"] === "string") {
    const name = schema["$ref"].split("/").at(-1)!;
    return name === "Json" ? fc.jsonValue({ maxDepth: 3 }) : inner(components[name]);
  }
  if ("const" in schema) return fc.constant(schema["const"]);
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...(schema["enum"] as unknown[]));
  if (Array.isArray(schema["anyOf"])) return fc.oneof(...(schema["anyOf"] as unknown[]).map(inner));
  switch (schema["type"]) {
    case "string":
      return stringsOf(schema);
    case "integer":
    case "number":
      return fc.integer({
        min: numberIn(schema, "minimum", -5),
        max: Math.min(numberIn(schema, "maximum", 1e9), 1e15),
      });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(inner(schema["items"] ?? {}), { maxLength: 4 });
    case "object":
      return objectsOf(schema, inner);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function stringsOf(schema: Schema): fc.Arbitrary<string> {
  const pattern = schema["pattern"];
  if (typeof pattern === "string") return fc.stringMatching(new RegExp(pattern), { maxLength: 20 });
  return fc.string({
    unit: "grapheme",
    minLength: numberIn(schema, "minLength", 0),
    maxLength: Math.min(numberIn(schema, "maxLength", 50), 50),
  });
}

function objectsOf(schema: Schema, inner: (value: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Schema>>;
  const required = (schema["required"] ?? []) as string[];
  const members = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, inner(value)]));
  const free = schema["additionalProperties"];
  if (typeof free === "object" && free !== null) return fc.dictionary(fc.string(), inner(free), { maxKeys: 4 });
  return fc.record(members, { requiredKeys: required });
}

function numberIn(schema: Schema, name: string, otherwise: number): number {
  return typeof schema[name] === "number" ? schema[name] : otherwise;
}
