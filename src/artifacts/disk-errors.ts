import { FlotillaError } from "../core/errors.ts";

/** The `errno` name of something thrown by `node:fs`, or undefined. */
export function errnoOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : undefined;
}

/**
 * What the disk refused, as an error for people: no space is `DISK_FULL`, no permission is `PROJECT_NOT_WRITABLE`.
 * Anything else is returned as it came.
 */
export function diskError(thrown: unknown, path: string): unknown {
  switch (errnoOf(thrown)) {
    case "ENOSPC":
    case "EDQUOT":
      return new FlotillaError("DISK_FULL", `no space is left on the disk of ${path}`, {
        mend: "free some space, for example with `flotilla gc`; then restart what failed",
        place: { file: path },
        cause: thrown,
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new FlotillaError("PROJECT_NOT_WRITABLE", `${path} cannot be written`, {
        mend: "give this user the right to write there, or move the project to a disk that can be written",
        place: { file: path },
        cause: thrown,
      });
    default:
      return thrown;
  }
}
