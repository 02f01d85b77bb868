import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { FlotillaError } from "../../core/errors.ts";
import type { SecretRef, SecretRefs } from "../../core/secret-ref.ts";
import { type SecretSources, sourceOf } from "../../core/secret-sources.ts";

/** Of each; the whole goes through one line of a container's input and into its memory. */
const mostBytes = 64 * 1024;

interface Where {
  readonly sources: SecretSources;
  /** What paths of files are relative to. */
  readonly project: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * What a container with secrets is told on its standard input: one line of JSON, their values in base64 by the names that its task knows.
 * They are read anew for each attempt, and kept nowhere.
 * @throws FlotillaError `TASK_CONFIG` for one that is not where the profile says
 */
export function secretsLine(secrets: SecretRefs, where: Where): string {
  const values = Object.entries(secrets).map(([name, ref]) => [name, valueOf(ref, where).toString("base64")]);
  return `${JSON.stringify(Object.fromEntries(values))}\n`;
}

function valueOf({ name, key }: SecretRef, { sources, project, environment }: Where): Buffer {
  const source = sourceOf(sources, name, key);
  const refuse = (why: string): never => {
    throw new FlotillaError("TASK_CONFIG", `the secret ${name} (${key}) ${why}`);
  };
  if (source === undefined) return refuse("is not among the secretSources of its platform");
  const value = "env" in source ? ofVariable(environment[source.env]) : ofFile(resolve(project, source.file));
  if (value === undefined)
    return refuse(
      "env" in source
        ? `is to be in the variable ${source.env}, which is not set where the engine runs`
        : `is to be in the file ${source.file}, which cannot be read where the engine runs`,
    );
  return value.length > mostBytes
    ? refuse(`has ${value.length} bytes, more than the ${mostBytes} that there may be`)
    : value;
}

function ofVariable(value: string | undefined): Buffer | undefined {
  return value === undefined ? undefined : Buffer.from(value);
}

function ofFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
