import { FlotillaError } from "../core/errors.ts";
import { type SecretRef, secretRef } from "../core/secret-ref.ts";

/**
 * Names a secret: a key of a Secret in a cluster, and elsewhere what the profile says under `secretSources`. Its value is known
 * only where a task runs.
 *
 *     secrets: { DB_PASSWORD: secret("database", "password") }     // the task finds it in the file $DB_PASSWORD_FILE
 *
 * Throws `CONFIG_INVALID` for what is no name.
 */
export function secret(name: string, key: string): SecretRef {
  const read = secretRef.safeParse({ kind: "secret", name, key });
  if (read.success) return Object.freeze(read.data);
  const [issue] = read.error.issues;
  const given = issue!.path[0] === "key" ? key : name;
  throw new FlotillaError("CONFIG_INVALID", `secret(): ${JSON.stringify(given)} ${issue!.message}`, {
    mend: 'name it as in a cluster: secret("database", "password")',
  });
}
