import { FlotillaError, toFlotillaError } from "../core/errors.ts";

/** What a failed statement means for its caller: repeat it at once, connect anew and repeat it, or give up. */
export type Failure = "conflict" | "connection" | "final";

const conflicts = new Set(["40001", "40P01", "55P03"]);
/** The server is starting, stopping, full of connections, or a standby that has just taken over. */
const passing = new Set(["57P01", "57P02", "57P03", "53300", "25006", "57014"]);
const socketErrors = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
  "ENOTCONN",
]);
/** `pg` gives these no code. */
const brokenConnection =
  /^(Connection terminated|Query read timeout|timeout (expired|exceeded)|Client (was closed|has encountered a connection error))/;

export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  if (code !== undefined) {
    if (conflicts.has(code)) return "conflict";
    return passing.has(code) || code.startsWith("08") || socketErrors.has(code) ? "connection" : "final";
  }
  // Node tries every address of a host name and throws all that came of it.
  if (error instanceof AggregateError)
    return error.errors.some((each) => failureOf(each) === "connection") ? "connection" : "final";
  return error instanceof Error && brokenConnection.test(error.message) ? "connection" : "final";
}

/** Our error for one of the server or the connection to it; `where` names the server without its password. */
export function storeError(error: unknown, where: string): FlotillaError {
  if (error instanceof FlotillaError) return error;
  const code = codeOf(error) ?? "";
  const message = error instanceof Error && error.message !== "" ? error.message : code;
  if (code === "53100" || code === "ENOSPC") {
    return new FlotillaError("DISK_FULL", `the store's disk is full (${where})`, {
      mend: "free some space; what is stored already is safe",
      cause: error,
    });
  }
  if (code === "28P01" || code === "28000") {
    return unreachable(
      `the PostgreSQL server at ${where} refuses us: ${message}`,
      "check user and password in the database URL",
      error,
    );
  }
  if (code === "3D000")
    return unreachable(
      `there is no such database at ${where}: ${message}`,
      "create the database, or correct the database URL",
      error,
    );
  if (code === "42501")
    return unreachable(
      `not allowed at ${where}: ${message}`,
      "the user needs the right to create a schema in this database",
      error,
    );
  if (code === "ENOTFOUND") return unreachable(`no host of that name: ${where}`, "correct the database URL", error);
  if (failureOf(error) !== "final") {
    return unreachable(
      `the PostgreSQL server at ${where} does not answer: ${message}`,
      "check that the server runs and can be reached; nothing acknowledged is lost",
      error,
    );
  }
  return toFlotillaError(error);
}

function unreachable(message: string, mend: string, cause: unknown): FlotillaError {
  return new FlotillaError("STORE_UNREACHABLE", message, { mend, cause });
}
