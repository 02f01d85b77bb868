import * as z from "zod";
import { dnsName } from "./dns-names.ts";

/** What names of variables look like; those of ours are kept for us. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, { error: "is no name of a variable: letters, digits and _, no digit first" })
  .refine((name) => !name.startsWith("FLOTILLA_"), { error: "begins with FLOTILLA_, which is kept for us" });

/** A secret by its name: its value is known only where the task runs, and never to a plan, a store or a log. */
export const secretRef = z.strictObject({
  kind: z.literal("secret"),
  name: dnsName,
  key: z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/, { error: "is no key of a secret: letters, digits, -, _ and dots" }),
});
export type SecretRef = z.output<typeof secretRef>;

/** By the names under which tasks find them. */
export const secretRefs = z.record(variableName, secretRef);
export type SecretRefs = z.output<typeof secretRefs>;

/** Where a task finds its secrets, one file each; `NAME_FILE` in its environment says where. */
export const secretsFolder = "/run/secrets";

/** What tells a task where its secrets are. */
export function secretVariables(names: readonly string[]): Record<string, string> {
  if (names.length === 0) return {};
  const files = names.map((name) => [`${name}_FILE`, `${secretsFolder}/${name}`] as const);
  return { ...Object.fromEntries(files), FLOTILLA_SECRETS: secretsFolder };
}
