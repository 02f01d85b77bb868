/** A parameter as a field of a form. */
export interface FormField {
  readonly name: string;
  readonly kind: "text" | "number" | "integer" | "boolean" | "choice" | "json";
  readonly required: boolean;
  /** As it would be typed. */
  readonly usual: string | undefined;
  readonly description: string | undefined;
  /** In words: `from 1 to 10`. */
  readonly range: string | undefined;
  readonly choices: readonly string[];
  readonly schema: Schema;
}

type Schema = Readonly<Record<string, unknown>>;

export type Checked = { readonly value: unknown } | { readonly problem: string } | { readonly absent: true };

/** The fields of a JSON Schema of an object, in its order. */
export function fieldsOf(schema: Schema): readonly FormField[] {
  const properties = asSchema(schema["properties"]) ?? {};
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
  return Object.entries(properties).map(([name, property]) =>
    fieldOf(name, asSchema(property) ?? {}, required.has(name)),
  );
}

function fieldOf(name: string, schema: Schema, required: boolean): FormField {
  const choices = Array.isArray(schema["enum"]) ? schema["enum"].map(textOf) : [];
  const usual = Object.hasOwn(schema, "default") ? textOf(schema["default"]) : undefined;
  const description = typeof schema["description"] === "string" ? schema["description"] : undefined;
  return {
    name,
    kind: choices.length > 0 ? "choice" : kindOf(schema["type"]),
    // zod lists what has a default among the required, since what comes out always has it.
    required: required && usual === undefined,
    usual,
    description,
    range: rangeOf(schema),
    choices,
    schema,
  };
}

function kindOf(type: unknown): FormField["kind"] {
  if (type === "string") return "text";
  return type === "number" || type === "integer" || type === "boolean" ? type : "json";
}

/** What was typed, as a value; or why it cannot be one. Nothing typed means the default. */
export function check(field: FormField, typed: string): Checked {
  const text = field.kind === "text" ? typed : typed.trim();
  if (text === "") return field.required ? { problem: "must be given" } : { absent: true };
  switch (field.kind) {
    case "choice": {
      const chosen = (field.schema["enum"] as unknown[]).find((value) => textOf(value) === text);
      return chosen === undefined ? { problem: `must be one of ${field.choices.join(", ")}` } : { value: chosen };
    }
    case "boolean":
      return text === "true" || text === "false" ? { value: text === "true" } : { problem: "must be true or false" };
    case "integer":
    case "number":
      return checkNumber(field, Number(text));
    case "text":
      return checkText(field, text);
    case "json":
      try {
        return { value: JSON.parse(text) };
      } catch {
        return { problem: "must be JSON" };
      }
  }
}

function checkNumber({ kind, schema, range }: FormField, value: number): Checked {
  if (!Number.isFinite(value)) return { problem: "must be a number" };
  if (kind === "integer" && !Number.isInteger(value)) return { problem: "must be a whole number" };
  const { least, most, above, below } = boundsOf(schema);
  const inside =
    (least === undefined || value >= least) &&
    (most === undefined || value <= most) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below);
  return inside ? { value } : { problem: `must be ${range}` };
}

function checkText({ schema }: FormField, value: string): Checked {
  const least = numberIn(schema, "minLength");
  const most = numberIn(schema, "maxLength");
  if (least !== undefined && value.length < least) return { problem: `must have ${least} characters at least` };
  if (most !== undefined && value.length > most) return { problem: `must have ${most} characters at most` };
  // A pattern is checked by the server: one that takes for ever must not hold this page up.
  return { value };
}

function boundsOf(schema: Schema) {
  return {
    least: numberIn(schema, "minimum"),
    most: numberIn(schema, "maximum"),
    above: numberIn(schema, "exclusiveMinimum"),
    below: numberIn(schema, "exclusiveMaximum"),
  };
}

/** zod bounds whole numbers by what is safe; nobody needs to read that. */
function rangeOf(schema: Schema): string | undefined {
  const { least, most, above, below } = boundsOf(schema);
  const parts = [
    least !== undefined && least > Number.MIN_SAFE_INTEGER && `at least ${least}`,
    above !== undefined && `more than ${above}`,
    most !== undefined && most < Number.MAX_SAFE_INTEGER && `at most ${most}`,
    below !== undefined && `less than ${below}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? undefined : parts.join(" and ");
}

function numberIn(schema: Schema, name: string): number | undefined {
  const value = schema[name];
  return typeof value === "number" ? value : undefined;
}

function asSchema(value: unknown): Schema | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
