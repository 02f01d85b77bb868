import * as z from "zod";
import type { SecretRefs } from "./secret-ref.ts";

const text = z.string().min(1);
/** A variable or a file of the machine that the engine runs on. */
const secretSource = z.union([z.strictObject({ env: text }), z.strictObject({ file: text })], {
  error: "is no place of a secret; write { env: VARIABLE } or { file: PATH }",
});
export type SecretSource = z.output<typeof secretSource>;

/** Where the values of secrets are, by their name and key, for platforms that have no secrets of their own. */
export const secretSources = z.record(z.string(), z.record(z.string(), secretSource));
export type SecretSources = z.output<typeof secretSources>;

export function sourceOf(sources: SecretSources, name: string, key: string): SecretSource | undefined {
  const keys = Object.hasOwn(sources, name) ? sources[name]! : {};
  return Object.hasOwn(keys, key) ? keys[key] : undefined;
}

/** A secret that nothing is known of where it is; undefined where all are found. */
export function unknownSecret(secrets: SecretRefs, sources: SecretSources): { name: string; key: string } | undefined {
  return Object.values(secrets).find(({ name, key }) => sourceOf(sources, name, key) === undefined);
}
