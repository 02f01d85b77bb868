import type { JsonObject } from "../../core/json.ts";
import { type SecretRef, secretVariables } from "../../core/secret-ref.ts";

/**
 * The environment of a container. A secret stands there as a reference, which the node resolves; that its value
 * is one is told to the runner, which keeps it out of the log.
 */
export function environmentOf(
  env: Readonly<Record<string, string | SecretRef>>,
  secrets: readonly string[],
): JsonObject[] {
  const held = Object.entries(env).flatMap(([name, value]) => (typeof value === "string" ? [] : [name]));
  const ours = {
    ...secretVariables(secrets),
    ...(held.length === 0 ? {} : { FLOTILLA_SECRET_VARIABLES: held.join(",") }),
  };
  const all: Readonly<Record<string, string | SecretRef>> = { ...env, ...ours };
  return Object.entries(all).map(([name, value]) =>
    typeof value === "string"
      ? { name, value }
      : { name, valueFrom: { secretKeyRef: { name: value.name, key: value.key } } },
  );
}

/** TRAP: Kubernetes puts variables in the place of `$(NAME)`, in commands, arguments and variables alike; `$$` stands for one `$`. */
export function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/** What a person wrote as a value is one. */
export function literally(
  env: Readonly<Record<string, string | SecretRef>> = {},
): Readonly<Record<string, string | SecretRef>> {
  const values = Object.entries(env);
  return Object.fromEntries(values.map(([name, value]) => [name, typeof value === "string" ? literal(value) : value]));
}
